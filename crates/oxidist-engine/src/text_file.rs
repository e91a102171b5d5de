//! Line-oriented text as `distutils.text_file.TextFile` reads it: comments, blank lines, continuation lines.
//!
//! [`Assembler`] takes physical lines one at a time, for a caller that owns the file; [`logical_lines`]
//! does a whole text at once.

use std::fmt;
use std::path::Path;

use crate::words::is_space;
use crate::{Error, Result};

/// What is done to each line; the names and defaults are those of `TextFile`'s keyword arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Cut each line at its first `#`, unless that one is escaped as `\#`.
    pub strip_comments: bool,
    /// Leave out lines with nothing on them (after comments and whitespace have gone).
    pub skip_blanks: bool,
    /// Strip whitespace in front.
    pub lstrip_ws: bool,
    /// Strip whitespace behind, the line's end included.
    pub rstrip_ws: bool,
    /// A backslash at a line's end joins it with the next one.
    pub join_lines: bool,
    /// Strip whitespace in front of what is joined to an earlier line.
    pub collapse_join: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            strip_comments: true,
            skip_blanks: true,
            lstrip_ws: false,
            rstrip_ws: true,
            join_lines: false,
            collapse_join: false,
        }
    }
}

impl Options {
    /// How `sdist` reads a manifest template.
    pub const MANIFEST_TEMPLATE: Options = Options {
        strip_comments: true,
        skip_blanks: true,
        lstrip_ws: true,
        rstrip_ws: true,
        join_lines: true,
        collapse_join: true,
    };
}

/// Where a logical line stands (`TextFile.current_line`), counted from 1.
///
/// The count is distutils' own: lines that hold only a comment are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// One line; 0 is the place before the first one.
    Line(usize),
    /// The first and the last of the lines that were joined.
    Lines(usize, usize),
}

impl Number {
    fn last(self) -> usize {
        match self {
            Number::Line(line) | Number::Lines(_, line) => line,
        }
    }

    /// The number after one more line that stands for itself.
    fn next(self) -> Number {
        Number::Line(self.last() + 1)
    }

    /// The number after one more line that continues this one.
    fn continued(self) -> Number {
        match self {
            Number::Line(line) => Number::Lines(line, line + 1),
            Number::Lines(first, last) => Number::Lines(first, last + 1),
        }
    }
}

/// `line 3` or `lines 3-5`, as in distutils' messages.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Line(line) => write!(f, "line {line}"),
            Number::Lines(first, last) => write!(f, "lines {first}-{last}"),
        }
    }
}

/// One logical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub number: Number,
}

/// All the logical lines of a text, and what is to be said about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// Each with the place it is about; see [`located`].
    pub warnings: Vec<(Number, &'static str)>,
}

/// The warning that belongs to [`Fed::Dangling`].
pub const DANGLING: &str = "continuation line immediately precedes end-of-file";

/// What came of one physical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fed {
    /// Nothing yet: the line was skipped, or the next one continues it.
    More,
    /// A logical line is complete.
    Line(String),
    /// The text ended where a continuation was announced: what there is of that line. Warn [`DANGLING`].
    Dangling(String),
    /// The text has ended.
    End,
}

/// Makes one logical line out of physical ones: what a single call of `TextFile.readline` does.
#[derive(Debug, Clone)]
pub struct Assembler {
    options: Options,
    begun: String,
    /// Where the last line that was fed stands.
    pub number: Number,
}

impl Assembler {
    /// Starts a new logical line behind `number`; at the top of a text that is `Number::Line(0)`.
    pub fn new(options: Options, number: Number) -> Self {
        Assembler { options, begun: String::new(), number }
    }

    /// Takes the next physical line with its `\n`, if it has one; `None` or an empty text is the end.
    pub fn feed(&mut self, line: Option<&str>) -> Fed {
        let options = self.options;
        let continues = options.join_lines && !self.begun.is_empty();
        let Some(line) = line.filter(|line| !line.is_empty()) else {
            return if continues { Fed::Dangling(std::mem::take(&mut self.begun)) } else { Fed::End };
        };
        let mut line = line.to_string();
        if options.strip_comments {
            match without_comment(&line) {
                Some(rest) => line = rest,
                // Not even counted: a comment may stand between a line and its continuation.
                None => return Fed::More,
            }
        }
        if continues {
            let tail = if options.collapse_join { line.trim_start_matches(is_space) } else { &line };
            line = format!("{}{tail}", self.begun);
            self.number = self.number.continued();
        } else {
            self.number = self.number.next();
        }
        let line = match (options.lstrip_ws, options.rstrip_ws) {
            (true, true) => line.trim_matches(is_space),
            (true, false) => line.trim_start_matches(is_space),
            (false, true) => line.trim_end_matches(is_space),
            (false, false) => &line,
        };
        if options.skip_blanks && (line.is_empty() || line == "\n") {
            return Fed::More;
        }
        if options.join_lines {
            if let Some(begun) = line.strip_suffix('\\') {
                self.begun = begun.to_string();
                return Fed::More;
            }
            if let Some(begun) = line.strip_suffix("\\\n") {
                self.begun = format!("{begun}\n");
                return Fed::More;
            }
        }
        self.begun.clear();
        Fed::Line(line.to_string())
    }
}

/// The line without its comment and with `\#` unescaped; `None` if there was nothing but a comment.
///
/// Only the first `#` of a line is looked at: behind an escaped one nothing is a comment any more.
fn without_comment(line: &str) -> Option<String> {
    match line.find('#') {
        None => Some(line.to_string()),
        Some(at) if at > 0 && line.as_bytes()[at - 1] == b'\\' => Some(line.replace("\\#", "#")),
        Some(at) => {
            let kept = &line[..at];
            let end = if line.ends_with('\n') { "\n" } else { "" };
            (!kept.trim_matches(is_space).is_empty()).then(|| format!("{kept}{end}"))
        }
    }
}

/// All logical lines of `text`, whose lines may end with `\n`, `\r\n` or `\r`.
pub fn logical_lines(text: &str, options: Options) -> Lines {
    let text = with_plain_newlines(text);
    let mut physical = text.split_inclusive('\n');
    let mut assembler = Assembler::new(options, Number::Line(0));
    let mut found = Lines::default();
    loop {
        let fed = assembler.feed(physical.next());
        let number = assembler.number;
        match fed {
            Fed::More => {}
            Fed::Line(text) => found.lines.push(Line { text, number }),
            Fed::Dangling(text) => {
                found.warnings.push((number, DANGLING));
                found.lines.push(Line { text, number });
            }
            Fed::End => return found,
        }
    }
}

/// [`logical_lines`] of a file in UTF-8.
///
/// # Errors
/// [`Error::File`] if it cannot be read, [`Error::Syntax`] with the physical line if it is not UTF-8.
pub fn read_lines(path: &Path, options: Options) -> Result<Lines> {
    let bytes = crate::effects::reading::whole(path).map_err(Error::file("read", path))?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(logical_lines(text, options)),
        Err(error) => Err(Error::Syntax {
            file: path.to_path_buf(),
            line: bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1,
            message: "not valid UTF-8".to_string(),
        }),
    }
}

/// A message with its place in front, as `TextFile.gen_error` words it: `MANIFEST.in, line 3: message`.
pub fn located(file: &str, number: Number, message: &str) -> String {
    format!("{file}, {number}: {message}")
}

/// The text with every line's end written as `\n`, as Python's text files are read.
fn with_plain_newlines(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, options: Options) -> Vec<String> {
        logical_lines(text, options).lines.into_iter().map(|line| line.text).collect()
    }

    const TEXT: &str = "# test file\n\nline 3 \\\n# intervening comment\n  continues on next line\n";

    #[test]
    fn all_options_off_give_the_lines_as_they_are() {
        let off = Options {
            strip_comments: false,
            skip_blanks: false,
            lstrip_ws: false,
            rstrip_ws: false,
            join_lines: false,
            collapse_join: false,
        };
        assert_eq!(texts(TEXT, off), TEXT.split_inclusive('\n').collect::<Vec<_>>());
    }

    #[test]
    fn a_template_is_joined_over_comments_and_collapsed() {
        let lines = logical_lines(TEXT, Options::MANIFEST_TEMPLATE);
        assert_eq!(
            lines.lines,
            [Line { text: "line 3 continues on next line".to_string(), number: Number::Lines(2, 3) }]
        );
        assert!(lines.warnings.is_empty());
    }

    #[test]
    fn only_an_unescaped_first_hash_starts_a_comment() {
        assert_eq!(texts("a \\# b # c\nd # \\# e\n\\#f", Options::default()), ["a # b # c", "d", "#f"]);
    }

    #[test]
    fn a_continuation_at_the_end_of_the_file_is_warned_about() {
        let lines = logical_lines("one\ntwo \\\n three\\\n", Options::MANIFEST_TEMPLATE);
        assert_eq!(lines.lines[1], Line { text: "two three".to_string(), number: Number::Lines(2, 3) });
        assert_eq!(lines.warnings, [(Number::Lines(2, 3), DANGLING)]);
        assert_eq!(
            located("MANIFEST.in", lines.warnings[0].0, DANGLING),
            "MANIFEST.in, lines 2-3: continuation line immediately precedes end-of-file"
        );
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_reported_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("MANIFEST.in");
        std::fs::write(&path, b"include a\ninclude \xff\n").unwrap();
        let error = read_lines(&path, Options::MANIFEST_TEMPLATE).unwrap_err();
        assert_eq!(error.to_string(), format!("{}:2: not valid UTF-8", path.display()));
    }
}
