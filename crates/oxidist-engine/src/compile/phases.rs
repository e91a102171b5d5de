//! The text of a source as its directives see it: lines joined, comments taken out, other spellings of `#` known.

use std::borrow::Cow;

use memchr::memmem;

/// Without comments and joined lines. Each byte is looked at a fixed number of times.
pub(super) fn clean(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    without_comments(&joined(text))
}

/// What stands behind the `#` that a line begins with.
pub(super) fn directive(line: &[u8]) -> Option<&[u8]> {
    let line = trimmed(line);
    let marks: [&[u8]; 3] = [b"#", b"%:", b"??="];
    marks.iter().find_map(|mark| line.strip_prefix(*mark)).map(trimmed)
}

/// Without the space at its start; a vertical tab is one, which Rust's own does not know.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'\x0b');
    &text[start.unwrap_or(text.len())..]
}

/// Lines that end with a backslash go on in the next. Compilers let space stand behind it.
fn joined(text: &[u8]) -> Cow<'_, [u8]> {
    let mut whole = Vec::new();
    let mut copied = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        let line = text[start..end].trim_ascii_end();
        let rest = line.strip_suffix(b"\\").or_else(|| {
            // Few dialects know this spelling: in the others a comment may end with it.
            let rest = line.strip_suffix(b"??/")?;
            (directive(rest).is_some() && memmem::find(rest, b"//").is_none()).then_some(rest)
        });
        if let Some(rest) = rest {
            whole.extend_from_slice(&text[copied..start]);
            whole.extend_from_slice(rest);
            copied = end + 1;
        }
        start = end + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    whole.extend_from_slice(&text[copied..]);
    Cow::Owned(whole)
}

/// Each comment is a space. What looks like one in a string or in the name of a header is none.
fn without_comments(text: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let mut at = 0;
    // What has no end is not looked for again.
    let mut may_close = true;
    let mut may_be_raw = true;
    let mut unclosed = [0; 2];
    while let Some(next) = memchr::memchr3(b'/', b'"', b'\'', &text[at..]) {
        clean.extend_from_slice(&text[at..at + next]);
        at += next;
        let rest = &text[at..];
        let length = match rest[0] {
            b'/' => {
                let end = match rest.get(1) {
                    Some(b'/') if !in_brackets(&clean) => memchr::memchr(b'\n', rest).or(Some(rest.len())),
                    Some(b'*') if may_close && !in_brackets(&clean) => {
                        let end = memmem::find(&rest[2..], b"*/").map(|end| end + 4);
                        may_close = end.is_some();
                        end
                    }
                    _ => None,
                };
                if let Some(end) = end {
                    clean.push(b' ');
                    at += end;
                    continue;
                }
                1
            }
            quote => {
                let unclosed = &mut unclosed[usize::from(quote == b'"')];
                let raw = if quote == b'"' && may_be_raw && begins_raw(&clean) {
                    raw_string(rest)
                } else {
                    Raw::No
                };
                may_be_raw &= raw != Raw::Open;
                if let Raw::Length(length) = raw {
                    length
                } else if at < *unclosed || (quote == b'\'' && separates(&clean)) {
                    1
                } else {
                    string(rest).unwrap_or_else(|end| {
                        *unclosed = at + end;
                        1
                    })
                }
            }
        };
        clean.extend_from_slice(&rest[..length]);
        at += length;
    }
    clean.extend_from_slice(&text[at..]);
    clean
}

/// Whether a name in angle brackets is open at the end of this text.
fn in_brackets(text: &[u8]) -> bool {
    // Longer names are no matter, and looking back farther for each `/` would take long.
    let text = &text[text.len().saturating_sub(256)..];
    let Some(open) = text.iter().rposition(|byte| matches!(byte, b'<' | b'>' | b'\n')) else { return false };
    let before = text[..open].trim_ascii_end();
    let words: [&[u8]; 5] = [b"include", b"include_next", b"import", b"embed", b"("];
    text[open] == b'<' && words.iter().any(|word| before.ends_with(word))
}

/// Whether a quote behind this text stands between digits (`1'000`).
fn separates(text: &[u8]) -> bool {
    let is_prefix = text.ends_with(b"u8") || matches!(text.last(), Some(b'L' | b'u' | b'U'));
    !is_prefix && text.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// The length of the string that begins here, or of the line if it does not end in it.
fn string(text: &[u8]) -> Result<usize, usize> {
    let mut bytes = text.iter().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' => return Err(at),
            b'\\' => {
                if let Some((at, b'\n')) = bytes.next() {
                    return Err(at);
                }
            }
            byte if *byte == text[0] => return Ok(at + 1),
            _ => {}
        }
    }
    Err(text.len())
}

/// Whether a quote behind this text begins a raw string: behind `R`, `LR`, `u8R`, and no longer word.
fn begins_raw(text: &[u8]) -> bool {
    let Some(before) = text.strip_suffix(b"R") else { return false };
    let prefixes: [&[u8]; 4] = [b"u8", b"u", b"U", b"L"];
    let before = prefixes.iter().find_map(|prefix| before.strip_suffix(*prefix)).unwrap_or(before);
    !before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[derive(PartialEq, Eq)]
enum Raw {
    No,
    Open,
    Length(usize),
}

/// `"x(...)x"`
fn raw_string(text: &[u8]) -> Raw {
    let Some(open) = text.iter().take(18).position(|byte| *byte == b'(') else { return Raw::No };
    let mark = &text[1..open];
    if mark.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\\' | b')')) {
        return Raw::No;
    }
    let close = [b")", mark, b"\""].concat();
    memmem::find(&text[open..], &close).map_or(Raw::Open, |end| Raw::Length(open + end + close.len()))
}
