//! The names in the `#include` and `__has_include` of a source or header, and whether it holds code for the assembler
//! that reads files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

/// What a directive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads the file.
    Reads,
    /// It asks whether there is such a file.
    Asks,
}

/// One name in quotes or angle brackets. Names that macros make are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) quoted: bool,
}

/// What stands in one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Directives {
    pub(super) names: Vec<Directive>,
    /// Whether `.incbin` or `.include` stands in it, on a line of its own or in a string.
    pub(super) assembles: bool,
    /// The names behind these, as far as they stand there.
    pub(super) assembled: Vec<Vec<u8>>,
}

/// What is larger is data, not written by anybody.
const MOST: u64 = 16 << 20;

/// Of a file; one that cannot be read has none.
pub(super) fn of(file: &Path) -> Directives {
    let mut text = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MOST).read_to_end(&mut text));
    if read.is_err() { Directives::default() } else { find(&text) }
}

const READ: &[&[u8]] = &[b"include_next", b"include", b"import", b"embed"];
const ASK: &[&[u8]] = &[b"__has_include_next", b"__has_include", b"__has_embed"];
const ASSEMBLED: &[&[u8]] = &[b".incbin", b".include"];

fn find(text: &[u8]) -> Directives {
    let mut found = Directives::default();
    for at in memchr::memchr_iter(b'#', text) {
        let before = text[..at].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        if !before.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line = logical_line(&text[at + 1..]).trim_ascii_start();
        if let Some(rest) = READ.iter().find_map(|word| line.strip_prefix(*word)) {
            found.names.extend(name(rest).map(|(name, quoted)| Directive {
                kind: Kind::Reads,
                name,
                quoted,
            }));
        } else if let Some(first) = memmem::find(line, b"__has_") {
            asked(&line[first..], &mut found.names);
        }
    }
    for word in ASSEMBLED {
        for at in memmem::find_iter(text, word) {
            let rest = &text[at + word.len()..];
            if !matches!(rest.first(), Some(b' ' | b'\t' | b'"' | b'\\')) {
                continue;
            }
            found.assembles = true;
            let rest = rest.trim_ascii_start();
            let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
            let Some(rest) = rest.strip_prefix(b"\"") else { continue };
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')).unwrap_or(0);
            if end > 0 {
                found.assembled.push(rest[..end].to_vec());
            }
        }
    }
    found
}

/// The names that a line asks for.
fn asked(line: &[u8], names: &mut Vec<Directive>) {
    let mut rest = line;
    while let Some(at) = memmem::find(rest, b"__has_") {
        rest = &rest[at..];
        let Some(after) = ASK.iter().find_map(|word| rest.strip_prefix(*word)) else {
            rest = &rest[1..];
            continue;
        };
        rest = after;
        let inner = after.trim_ascii_start().strip_prefix(b"(");
        let asked = inner.and_then(name).map(|(name, quoted)| Directive { kind: Kind::Asks, name, quoted });
        names.extend(asked);
    }
}

/// The text up to the end of the line that no backslash stands before.
fn logical_line(text: &[u8]) -> &[u8] {
    let mut ends = memchr::memchr_iter(b'\n', text);
    let end = ends.find(|end| {
        let line = &text[..*end];
        !line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\")
    });
    &text[..end.unwrap_or(text.len())]
}

/// A name in quotes or angle brackets, and whether it was in quotes.
fn name(text: &[u8]) -> Option<(Vec<u8>, bool)> {
    let text = text.trim_ascii_start();
    let (close, quoted) = match text.first()? {
        b'"' => (b'"', true),
        b'<' => (b'>', false),
        _ => return None,
    };
    let name = text[1..].split(|byte| *byte == close || *byte == b'\n').next()?;
    (!name.is_empty() && name.len() + 1 < text.len()).then(|| (name.to_vec(), quoted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<String> {
        let directives = find(text.as_bytes()).names.into_iter();
        let one = |directive: Directive| {
            let name = String::from_utf8(directive.name).unwrap();
            format!(
                "{}{name}{}",
                if directive.kind == Kind::Asks { "?" } else { "" },
                if directive.quoted { "" } else { ">" }
            )
        };
        directives.map(one).collect()
    }

    #[test]
    fn names_stand_behind_directives() {
        assert_eq!(names("#include \"a.h\"\n  # include\t<b/c.h> // #include \"d.h\"\n"), ["a.h", "b/c.h>"]);
        assert_eq!(
            names("# include_next <x>\n#import \"y\"\n#embed \"z\"\n#include MACRO\n#include \"\"\n"),
            ["x>", "y", "z"]
        );
        assert_eq!(
            names("#if defined(A) && \\\r\n __has_include ( <a.h> ) || __has_include(\"b\")\n"),
            ["?a.h>", "?b"]
        );
        assert_eq!(
            names("#define H __has_embed(\"c\")\n#if __has_feature(x)\nint __has_include(\"no\");\n"),
            ["?c"]
        );
    }

    #[test]
    fn what_the_assembler_reads_is_named_in_strings_and_lines() {
        let found =
            find(b"asm(\".incbin \\\"a.bin\\\"\");\n.include \"b.s\"\n#include \"c.h\"\nx.include(y);\n");
        assert!(found.assembles);
        assert_eq!(found.assembled, [b"a.bin", &b"b.s"[..]]);
        assert!(find(b"asm(\".incbin \" NAME);").assembles);
        assert!(!find(b"#include <x>\nx.include(1)").assembles);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[ #a<>\"\\\\\n().]{0,40}(include|__has_include)?[ #a<>\"\\\\\n().]{0,40}") {
            find(text.as_bytes());
        }
    }
}
