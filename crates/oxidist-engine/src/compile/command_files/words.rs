//! A command line as the programs behind the driver get it: response files read in, `-Wl,` and `-Xlinker` undone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::path_bytes;

/// Who reads a word in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// The compiler's driver, or the program itself where there is no driver.
    Driver,
    Preprocessor,
    Linker,
    Assembler,
}

/// One word, as bytes of Unix paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) bytes: Vec<u8>,
    pub(super) reader: For,
}

/// All words after the program, and the response files that they were read from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    pub(super) response_files: Vec<PathBuf>,
}

/// One prefix puts several words, separated by commas, into one.
const WITH_COMMAS: &[(&[u8], For)] =
    &[(b"-Wl,", For::Linker), (b"-Wa,", For::Assembler), (b"-Wp,", For::Preprocessor)];

/// The next word is handed on.
const HANDS_ON: &[(&[u8], For)] = &[
    (b"-Xlinker", For::Linker),
    (b"--for-linker", For::Linker),
    (b"-Xassembler", For::Assembler),
    (b"--for-assembler", For::Assembler),
    (b"-Xclang", For::Driver),
    (b"-Xpreprocessor", For::Preprocessor),
];

/// A file that names itself ends here.
const DEEPEST: usize = 16;

impl Words {
    /// Of `argv`, whose first word is the program; `read` gives the text of a response file.
    pub(super) fn of(argv: &[OsString], read: &dyn Fn(&Path) -> Option<Vec<u8>>) -> Words {
        let mut reading = Reading { found: Words::default(), read, handed_to: None };
        for word in argv.iter().skip(1) {
            reading.driver(path_bytes::of(word.as_ref()).into_owned(), 0);
        }
        reading.found
    }
}

struct Reading<'a> {
    found: Words,
    read: &'a dyn Fn(&Path) -> Option<Vec<u8>>,
    /// Set behind a word of [`HANDS_ON`].
    handed_to: Option<For>,
}

impl Reading<'_> {
    fn driver(&mut self, word: Vec<u8>, depth: usize) {
        if let Some(words) = self.response(&word, depth) {
            words.into_iter().for_each(|word| self.driver(word, depth + 1));
        } else if let Some(reader) = self.handed_to.take() {
            self.behind(word, reader, depth);
        } else if let Some((_, reader)) = HANDS_ON.iter().find(|(option, _)| word == *option) {
            self.handed_to = Some(*reader);
        } else if let Some((value, reader)) = HANDS_ON.iter().find_map(|(option, reader)| {
            let value = word.strip_prefix(*option)?.strip_prefix(b"=")?;
            option.starts_with(b"--").then_some((value.to_vec(), *reader))
        }) {
            self.behind(value, reader, depth);
        } else if let Some((parts, reader)) = WITH_COMMAS
            .iter()
            .find_map(|(prefix, reader)| Some((word.strip_prefix(*prefix)?.to_vec(), *reader)))
        {
            for part in parts.split(|byte| *byte == b',') {
                self.behind(part.to_vec(), reader, depth);
            }
        } else {
            self.found.words.push(Word { bytes: word, reader: For::Driver });
        }
    }

    /// A word for a program behind the driver, which reads response files of its own.
    fn behind(&mut self, word: Vec<u8>, reader: For, depth: usize) {
        match self.response(&word, depth) {
            Some(words) => words.into_iter().for_each(|word| self.behind(word, reader, depth + 1)),
            None if word.is_empty() => {}
            None => self.found.words.push(Word { bytes: word, reader }),
        }
    }

    /// The words in the file that `@file` names. One that cannot be read is a word like any other.
    fn response(&mut self, word: &[u8], depth: usize) -> Option<Vec<Vec<u8>>> {
        let name = word.strip_prefix(b"@").filter(|name| !name.is_empty() && depth < DEEPEST)?;
        let file = path_bytes::path(name);
        let text = (self.read)(&file)?;
        if !self.found.response_files.contains(&file) {
            self.found.response_files.push(file);
        }
        Some(split(&text, cfg!(windows)))
    }
}

/// The words of a response file: separated by white space, with quotes of both kinds. A backslash takes the next
/// character as it is; where it separates folders (`keeps_backslashes`), only a quote.
fn split(text: &[u8], keeps_backslashes: bool) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', _) if !keeps_backslashes || bytes.peek() == Some(&b'"') => {
                word.get_or_insert_default().extend(bytes.next());
            }
            (_, Some(open)) if byte == open => quote = None,
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (_, None) if byte.is_ascii_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, For)> {
        let argv: Vec<OsString> = text.split(' ').map(OsString::from).collect();
        let read = |file: &Path| match file.to_str() {
            Some("one") => Some(b"-L 'a b' @two -Wl,-lx\n".to_vec()),
            Some("two") => Some(b"c\\ d.o\t\"e\"f".to_vec()),
            Some("ring") => Some(b"@ring x".to_vec()),
            _ => None,
        };
        let found = Words::of(&argv, &read);
        found.words.into_iter().map(|word| (String::from_utf8(word.bytes).unwrap(), word.reader)).collect()
    }

    #[test]
    fn what_is_handed_on_counts_for_who_gets_it() {
        use For::{Assembler, Driver, Linker};
        assert_eq!(
            words("gcc -Wl,-L,a -Xlinker -lx -Wa,-Ib --for-linker=-ly -Xclang -include x.h"),
            [
                ("-L".into(), Linker),
                ("a".into(), Linker),
                ("-lx".into(), Linker),
                ("-Ib".into(), Assembler),
                ("-ly".into(), Linker),
                ("-include".into(), Driver),
                ("x.h".into(), Driver),
            ]
        );
    }

    #[test]
    fn response_files_are_read_in_their_place_and_by_each_program() {
        use For::{Driver, Linker};
        let all = [("-L", Driver), ("a b", Driver), ("c d.o", Driver), ("ef", Driver), ("-lx", Linker)];
        assert_eq!(words("gcc @one"), all.map(|(word, reader)| (word.to_string(), reader)));
        assert_eq!(
            words("gcc -Wl,@two @none"),
            [("c d.o".into(), Linker), ("ef".into(), Linker), ("@none".into(), Driver)]
        );
        assert_eq!(words("gcc @ring").last().unwrap().0, "x");
    }

    #[test]
    fn backslashes_separate_folders_where_the_system_has_it_so() {
        assert_eq!(split(br#"a\b.obj "c d\e.lib" \"q"#, true), [&b"a\\b.obj"[..], b"c d\\e.lib", b"\"q"]);
    }
}
