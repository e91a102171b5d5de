//! What Microsoft's compiler says of the files it reads (`/showIncludes`), taken out of its output.
//!
//! Each file has a line of its own among the messages: `Note: including file:   C:\sdk\stdio.h`, with one space
//! more for each level. The words in front are in the language of the compiler.

use std::path::PathBuf;

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

/// The files that were read, each once, and the output without the lines that name them.
pub(super) fn split(output: &[u8]) -> (Vec<PathBuf>, Vec<u8>) {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut rest = Vec::with_capacity(output.len());
    let mut known = std::collections::HashSet::new();
    for line in output.split_inclusive(|byte| *byte == b'\n') {
        match file(line) {
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

/// The file that a line names, where it is such a line.
fn file(line: &[u8]) -> Option<&[u8]> {
    let name = PREFIXES.iter().find_map(|prefix| line.strip_prefix(prefix.as_bytes()))?;
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
        let (files, rest) = split(output);
        assert_eq!(files, [PathBuf::from("C:\\my sdk\\stdio.h"), "b.h".into()]);
        assert_eq!(rest, b"a.c\r\na.c(3): warning C4101: 'x'\r\n");
    }

    #[test]
    fn compilers_speak_other_languages() {
        let (files, rest) =
            split("Hinweis: Einlesen der Datei:  x.h\nメモ: インクルード ファイル: y.h".as_bytes());
        assert_eq!(files, [PathBuf::from("x.h"), "y.h".into()]);
        assert_eq!(rest, b"");
    }

    proptest! {
        #[test]
        fn other_output_stays_as_it_is(output in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assume!(!output.windows(4).any(|window| window == b"Note"));
            let (files, rest) = split(&output);
            prop_assert!(files.is_empty());
            prop_assert_eq!(rest, output);
        }
    }
}
