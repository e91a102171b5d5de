//! Depfiles: the rules of Make that GCC and Clang write (`-MD -MF file`) to say which files they have read.
//!
//! Both escape alike: a space, a tab or a `#` has a backslash in front, and so have the backslashes before it;
//! `$` is doubled; a backslash at the end of a line continues it. All other backslashes are themselves, so that
//! paths of Windows need no escapes. A line break in a name is written as it is, which Make cannot read; see
//! [`parse`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::path_bytes;

/// What a depfile says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// The files that were read, each once, in the order in which they come.
    pub(super) read: Vec<PathBuf>,
    /// Compiled modules that were written. GCC has a rule for each, without anything to read: `gcm.cache/x.gcm:| x.o`.
    pub(super) modules: Vec<PathBuf>,
    /// Whether any module was imported.
    pub(super) imports: bool,
}

impl Report {
    /// Whether the source imports a module, itself or by a header.
    pub(super) fn has_imports(&self) -> bool {
        let is_module =
            |path: &PathBuf| path.extension().is_some_and(|ending| ending == "pcm" || ending == "ifc");
        self.imports || self.read.iter().any(is_module)
    }
}

/// What the rules of `text` name behind their colons.
///
/// Modules have names in it that are of no file (`spam.c++m`, and a variable `CXX_IMPORTS`): which files those are is
/// said elsewhere, and they are left out.
///
/// `source` and `object` may have line breaks in their names, where any other file makes the text unreadable.
/// `None`: this is not what a compiler writes, so nothing is known.
pub(super) fn parse(text: &[u8], source: &Path, object: &Path) -> Option<Report> {
    let mut text = Cow::Borrowed(text);
    for name in [source, object].map(path_bytes::of) {
        if name.contains(&b'\n') {
            text = without(&text, &escaped(&name)).into();
        }
    }
    let mut report = Report::default();
    let mut known = HashSet::new();
    let mut rules = 0;
    let mut rest = &*text;
    while !rest.is_empty() {
        let (rule, after) = rule(rest);
        rest = after;
        if rule.starts_with(MODULE_VARIABLE) || rule.starts_with(PHONY) {
            continue;
        }
        if let Some(module) = module_of(rule) {
            report.modules.extend(names(module).iter().map(|name| path_bytes::path(name)));
            continue;
        }
        let Some(prerequisites) = behind_the_colon(rule)? else { continue };
        rules += 1;
        for name in names(prerequisites) {
            report.imports |= name.ends_with(MODULE);
            if !name.ends_with(MODULE) && known.insert(name.clone()) {
                report.read.push(path_bytes::path(&name));
            }
        }
    }
    // A module that it writes is named as what another rule asks for.
    report.read.retain(|file| !report.modules.contains(file));
    (rules > 0).then_some(report)
}

/// How the name of a module ends that stands for its file.
const MODULE: &[u8] = b".c++m";

/// How lines begin that are no rules.
const MODULE_VARIABLE: &[u8] = b"CXX_IMPORTS +=";
const PHONY: &[u8] = b".PHONY:";

/// The module of a rule that only says which compile writes it.
fn module_of(rule: &[u8]) -> Option<&[u8]> {
    let at = rule.windows(2).position(|pair| pair == b":|")?;
    Some(&rule[..at])
}

/// The first line with what continues it, and what comes after that.
fn rule(text: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(|byte| *byte == b'\n') {
        let end = at + found;
        if !is_continued(&text[..end]) {
            return (&text[..end], &text[end + 1..]);
        }
        at = end + 1;
    }
    (text, &[])
}

/// Whether a line ends in a backslash (before the carriage return that some systems put there).
fn is_continued(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\")
}

/// What stands behind the colon of a rule: `Some(None)` for an empty line, `None` for a line without a colon.
fn behind_the_colon(rule: &[u8]) -> Option<Option<&[u8]>> {
    if rule.iter().all(u8::is_ascii_whitespace) {
        return Some(None);
    }
    // The colon of `C:\x.obj: x.c` that counts is the one before a space, or before the end of the line.
    let ends = |at: usize| match &rule[at + 1..] {
        [] | [b'\\', b'\n' | b'\r', ..] => true,
        [next, ..] => next.is_ascii_whitespace(),
    };
    let colon = (1..rule.len()).find(|at| rule[*at] == b':' && ends(*at))?;
    Some(Some(&rule[colon + 1..]))
}

/// The words of a rule, without their escapes.
fn names(text: &[u8]) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    let mut name = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                if !name.is_empty() {
                    names.push(std::mem::take(&mut name));
                }
            }
            b'$' if text.get(at + 1) == Some(&b'$') => {
                name.push(b'$');
                at += 1;
            }
            b'\\' => {
                let count = text[at..].iter().take_while(|byte| **byte == b'\\').count();
                at += count;
                match text.get(at..).unwrap_or_default() {
                    // Backslashes before what needs one: the pairs are backslashes, the odd one is the escape.
                    [next @ (b' ' | b'\t' | b'#'), ..] => {
                        name.extend(std::iter::repeat_n(b'\\', count / 2));
                        if count % 2 == 1 {
                            name.push(*next);
                        } else {
                            at -= 1;
                        }
                    }
                    [b':', ..] if count == 1 => name.push(b':'),
                    [b'\n', ..] | [b'\r', b'\n', ..] => name.extend(std::iter::repeat_n(b'\\', count - 1)),
                    _ => {
                        name.extend(std::iter::repeat_n(b'\\', count));
                        at -= 1;
                    }
                }
            }
            other => name.push(*other),
        }
        at += 1;
    }
    if !name.is_empty() {
        names.push(name);
    }
    names
}

/// A name as compilers write it.
fn escaped(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for (at, byte) in name.iter().enumerate() {
        match byte {
            b' ' | b'\t' => {
                let before = name[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
                escaped.extend(std::iter::repeat_n(b'\\', before + 1));
            }
            b'#' => escaped.push(b'\\'),
            b'$' => escaped.push(b'$'),
            _ => {}
        }
        escaped.push(*byte);
    }
    escaped
}

/// `text` with a space in place of each `name`.
fn without(text: &[u8], name: &[u8]) -> Vec<u8> {
    let mut rest = text;
    let mut left = Vec::with_capacity(text.len());
    while let Some(at) = rest.windows(name.len()).position(|window| window == name) {
        left.extend(&rest[..at]);
        left.push(b' ');
        rest = &rest[at + name.len()..];
    }
    left.extend(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Option<Vec<String>> {
        let files = parse(text.as_bytes(), Path::new("a.c"), Path::new("a.o"))?.read;
        Some(files.into_iter().map(|file| file.into_os_string().into_string().unwrap()).collect())
    }

    #[test]
    fn what_stands_behind_the_colon_was_read() {
        assert_eq!(parsed("a.o: a.c a.h\n").unwrap(), ["a.c", "a.h"]);
        assert_eq!(parsed("a.o: a.c \\\n  a.h \\\r\n\tb.h\n").unwrap(), ["a.c", "a.h", "b.h"]);
        assert_eq!(parsed("a.o : a.c").unwrap(), ["a.c"]);
        assert_eq!(parsed("a.o b.o: a.c\n").unwrap(), ["a.c"]);
        assert_eq!(parsed("a.o:\\\n a.c\n").unwrap(), ["a.c"]);
    }

    #[test]
    fn a_file_counts_once_over_all_rules() {
        let text = "a.o: a.c a.h\n\na.h:\nb.o: a.h b.h a.h\n";
        assert_eq!(parsed(text).unwrap(), ["a.c", "a.h", "b.h"]);
    }

    #[test]
    fn lines_about_modules_name_what_was_written_and_no_header() {
        let text = "a.o gcm.cache/m-part.gcm: a.cpp a.h\na.o gcm.cache/m-part.gcm: deep.c++m \\\n m:x.c++m\n\
            m:part.c++m: gcm.cache/m-part.gcm\n.PHONY: m:part.c++m\ngcm.cache/m-part.gcm:| a.o\n\
            CXX_IMPORTS += deep.c++m \\\n m:x.c++m\n";
        let report = parse(text.as_bytes(), Path::new("a.cpp"), Path::new("a.o")).unwrap();
        assert_eq!(report.read, [Path::new("a.cpp"), Path::new("a.h")]);
        assert_eq!(report.modules, [Path::new("gcm.cache/m-part.gcm")]);
        assert!(report.imports);
    }

    #[test]
    fn escapes_are_taken_off() {
        assert_eq!(parsed(r"a.o: my\ file.h x\#1.h $$y.h").unwrap(), ["my file.h", "x#1.h", "$y.h"]);
        assert_eq!(
            parsed(r"a.o: back\\\ slash.h end\\ next.h").unwrap(),
            [r"back\ slash.h", r"end\", "next.h"]
        );
        assert_eq!(parsed(r"a.o: c:\dir\x.h $one").unwrap(), [r"c:\dir\x.h", "$one"]);
        assert_eq!(parsed(r"C:\b\a.o: a\:b.h").unwrap(), ["a:b.h"]);
    }

    #[test]
    fn what_no_compiler_writes_is_not_believed() {
        assert_eq!(parsed(""), None);
        assert_eq!(parsed("\n\n"), None);
        assert_eq!(parsed("a.o: a.c new\nline.h\n"), None);
    }

    #[test]
    fn a_line_break_in_the_name_of_source_or_object_is_understood() {
        let files =
            parse(b"o\n.o: new\nli$$ne.c a.h\n", Path::new("new\nli$ne.c"), Path::new("o\n.o")).unwrap();
        assert_eq!(files.read, [Path::new("a.h")]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_stay_as_they_are() {
        let files = parse(b"a.o: caf\xe9.h\n", Path::new("a.c"), Path::new("a.o")).unwrap();
        assert_eq!(files.read, [path_bytes::path(b"caf\xe9.h")]);
    }

    proptest! {
        #[test]
        fn names_escaped_as_compilers_do_come_back(names in prop::collection::vec(r"[a-zA-Z0-9/\\ #$.:é_\-]{0,12}[a-z.]", 1..6)) {
            let mut text = b"a.o:".to_vec();
            for name in &names {
                text.extend(b" \\\n ");
                text.extend(escaped(name.as_bytes()));
            }
            text.push(b'\n');
            // `\:` is an escape for some compilers; a name with it is one that no system has.
            prop_assume!(names.iter().all(|name| !name.contains("\\:") && !name.contains("\\#")));
            // An only colon would end the targets of a rule that never was.
            let mut expected: Vec<PathBuf> = Vec::new();
            for name in &names {
                if !expected.contains(&PathBuf::from(name)) || !expected.iter().any(|known| known.as_os_str() == name.as_str()) {
                    expected.push(name.into());
                }
            }
            let found = parse(&text, Path::new("none"), Path::new("a.o")).unwrap().read;
            let text_of = |paths: &[PathBuf]| paths.iter().map(|path| path.as_os_str().to_owned()).collect::<Vec<_>>();
            prop_assert_eq!(text_of(&found), text_of(&expected));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&text, Path::new("x\ny"), Path::new("\n"));
        }
    }
}
