//! What Microsoft's compiler says of the files it reads (`/showIncludes`), taken out of its output.
//!
//! Each file has a line of its own among the messages: `Note: including file:   C:\sdk\stdio.h`, with one space
//! more for each level. The words in front are in the language of the compiler, and in the code page of the machine, so
//! that not all of them can be listed: those of another language are learned from the output itself.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::path_bytes;

/// What the lines begin with, in the languages that the compiler speaks.
const PREFIXES: &[&str] = &[
    "Note: including file:",
    "Hinweis: Einlesen der Datei:",
    "Remarque : inclusion du fichier :",
    "Remarque\u{a0}: inclusion du fichier\u{a0}:",
    "Nota: inclusión del archivo:",
    "Nota: se incluye el archivo:",
    "Nota: file incluso",
    "Observação: incluindo arquivo:",
    "Примечание: включение файла:",
    "Uwaga: w tym plik:",
    "Poznámka: Včetně souboru:",
    "Not: eklenen dosya:",
    "メモ: インクルード ファイル:",
    "注意: 包含文件:",
    "注意: 包含檔案:",
    "참고: 포함 파일:",
];

/// The files that were read, each once, and the output without the lines that name them. `is_file` tells which files
/// there are.
pub(super) fn split(output: &[u8], is_file: &dyn Fn(&Path) -> bool) -> (Vec<PathBuf>, Vec<u8>) {
    let prefix = prefix(output, is_file);
    let mut files: Vec<PathBuf> = Vec::new();
    let mut rest = Vec::with_capacity(output.len());
    let mut known = std::collections::HashSet::new();
    for line in output.split_inclusive(|byte| *byte == b'\n') {
        match prefix.as_deref().and_then(|prefix| file(line, prefix)) {
            Some(name) => {
                if known.insert(name) {
                    files.push(path_bytes::path(name));
                }
            }
            None => rest.extend(line),
        }
    }
    (files, rest)
}

/// What the lines begin with: one of the known ones, or else the first that leads to the name of a file.
fn prefix<'a>(output: &'a [u8], is_file: &dyn Fn(&Path) -> bool) -> Option<Cow<'a, [u8]>> {
    let lines = || output.split(|byte| *byte == b'\n');
    let known = |line: &[u8]| PREFIXES.iter().find(|prefix| line.starts_with(prefix.as_bytes()));
    match lines().find_map(known) {
        Some(prefix) => Some(prefix.as_bytes().into()),
        None => lines().find_map(|line| learned(line, is_file)).map(Cow::from),
    }
}

/// What stands before the name of a file, where that is a note like those that are known: `word: words: name`.
fn learned<'a>(line: &'a [u8], is_file: &dyn Fn(&Path) -> bool) -> Option<&'a [u8]> {
    let colons = line.iter().enumerate().filter(|(_, byte)| **byte == b':').map(|(place, _)| place);
    colons.skip(1).take(2).find_map(|colon| {
        let (prefix, name) = line.split_at(colon + 1);
        let is_name = name.starts_with(b" ") && is_file(&path_bytes::path(name.trim_ascii()));
        is_name.then_some(prefix)
    })
}

/// The file that a line names, where it is such a line.
fn file<'a>(line: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let name = line.strip_prefix(prefix)?;
    Some(name.trim_ascii()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn included_files_are_taken_out_of_the_output() {
        let output = b"a.c\r\nNote: including file: C:\\my sdk\\stdio.h\r\nNote: including file:   b.h\r\n\
            a.c(3): warning C4101: 'x'\r\nNote: including file: b.h\r\n";
        let (files, rest) = split(output, &|_| false);
        assert_eq!(files, [PathBuf::from("C:\\my sdk\\stdio.h"), "b.h".into()]);
        assert_eq!(rest, b"a.c\r\na.c(3): warning C4101: 'x'\r\n");
    }

    #[test]
    fn compilers_speak_other_languages() {
        for text in ["Hinweis: Einlesen der Datei:", "メモ: インクルード ファイル:"] {
            let output = format!("{text}  x.h\nerror\n{text} y.h");
            let (files, rest) = split(output.as_bytes(), &|_| false);
            assert_eq!(files, [PathBuf::from("x.h"), "y.h".into()]);
            assert_eq!(rest, b"error\n");
        }
    }

    #[test]
    fn words_of_an_unknown_language_are_learned_from_the_first_file_that_is_there() {
        // Of a code page that is not UTF-8.
        let output = b"a.c\na.c(1): note: see b.h\n\x81: \x82 \x83:  b.h\n\x81: \x82 \x83:   gone.h\n";
        let (files, rest) = split(output, &|path| path == Path::new("b.h"));
        assert_eq!(files, [PathBuf::from("b.h"), "gone.h".into()]);
        assert_eq!(rest, b"a.c\na.c(1): note: see b.h\n");
        let (files, rest) = split(output, &|_| false);
        assert!(files.is_empty());
        assert_eq!(rest, output);
    }

    proptest! {
        #[test]
        fn other_output_stays_as_it_is(output in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assume!(!output.windows(4).any(|window| window == b"Note"));
            let (files, rest) = split(&output, &|_| false);
            prop_assert!(files.is_empty());
            prop_assert_eq!(rest, output);
        }
    }
}
