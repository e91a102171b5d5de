//! Files that stand for others: archives that hold the names of their members (`ar T`), and linker scripts in the
//! place of a library (`INPUT(a.o -lb)`).

use std::path::{Path, PathBuf};

use super::super::path_bytes;
use super::libraries::{Libraries, Name};

const THIN: &[u8] = b"!<thin>\n";

/// How much of a file that has not the form of an archive or an object may be a script.
const LONGEST_SCRIPT: usize = 64 * 1024;

/// The length of what stands in front of each member.
const HEADER: usize = 60;

/// The files that the one at `path`, which is linked, stands for.
pub(in super::super) fn named_in(
    path: &Path,
    contents: &[u8],
    libraries: &Libraries,
    exists: &dyn Fn(&Path) -> bool,
) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(members) = contents.strip_prefix(THIN) {
        return thin_members(members).into_iter().map(|name| folder.join(path_bytes::path(name))).collect();
    }
    if contents.len() > LONGEST_SCRIPT || contents.contains(&0) || contents.starts_with(b"!<") {
        return Vec::new();
    }
    let inputs = script_inputs(contents);
    // Behind those of the command line.
    let mut folders = libraries.folders.clone();
    folders.extend(inputs.folders.iter().map(|folder| path_bytes::path(folder)));
    let libraries = &Libraries { folders, ..Libraries::default() };
    let find = |word: &[u8]| match word.strip_prefix(b"-l") {
        Some(name) => {
            let name = match name.strip_prefix(b":") {
                Some(file) => Name::File(file.to_vec()),
                None => Name::Library { name: name.to_vec(), is_static: false },
            };
            libraries.file(&name, exists)
        }
        // As it stands, beside the script, then where libraries are.
        None => {
            let file = path_bytes::path(word);
            let places = [file.clone(), folder.join(&file)];
            let found = places.into_iter().find(|file| exists(file));
            found.or_else(|| libraries.file(&Name::File(word.to_vec()), exists))
        }
    };
    inputs.files.iter().filter_map(|word| find(word)).collect()
}

/// The names of members, relative to the archive's folder; empty where the form is another one.
fn thin_members(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut long_names: &[u8] = &[];
    let mut members = Vec::new();
    while let Some((header, after)) = rest.split_at_checked(HEADER) {
        rest = after;
        let name = header[..16].trim_ascii_end();
        let size = || std::str::from_utf8(header[48..58].trim_ascii()).ok()?.parse::<usize>().ok();
        // The table of symbols and that of long names are the only parts with contents.
        if matches!(name, b"/" | b"//" | b"/SYM64/") {
            let Some((body, after)) = size().and_then(|size| rest.split_at_checked(size)) else { break };
            if name == b"//" {
                long_names = body;
            }
            rest = after.strip_prefix(b"\n").unwrap_or(after);
            continue;
        }
        let name = match name.strip_prefix(b"/") {
            Some(offset) => {
                let digits = offset.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let offset =
                    std::str::from_utf8(&offset[..digits]).ok().and_then(|at| at.parse::<usize>().ok());
                let from = offset.and_then(|at| long_names.get(at..)).unwrap_or_default();
                from.split(|byte| *byte == b'\n').next().unwrap_or_default()
            }
            None => name,
        };
        let name = name.strip_suffix(b"/").unwrap_or(name);
        // One member of an archive in it is named once for each.
        if !name.is_empty() && !members.contains(&name) {
            members.push(name);
        }
    }
    members
}

/// Commands of a script that name files, each in parentheses.
const INPUT_COMMANDS: &[&[u8]] = &[b"INPUT", b"GROUP", b"STARTUP", b"AS_NEEDED"];

/// What a script names.
#[derive(Default)]
struct Inputs {
    files: Vec<Vec<u8>>,
    /// Where they are looked for (`SEARCH_DIR`).
    folders: Vec<Vec<u8>>,
}

fn script_inputs(text: &[u8]) -> Inputs {
    let mut inputs = Inputs::default();
    let mut is_folder = false;
    let mut open = 0usize;
    let mut previous: Vec<u8> = Vec::new();
    for token in tokens(text) {
        match &token[..] {
            b"(" if open > 0 || INPUT_COMMANDS.contains(&&previous[..]) => open += 1,
            b")" => open = open.saturating_sub(1),
            b"(" => is_folder = previous == b"SEARCH_DIR",
            name if is_folder => {
                inputs.folders.push(name.to_vec());
                is_folder = false;
            }
            name if open > 0 && !INPUT_COMMANDS.contains(&name) => inputs.files.push(name.to_vec()),
            name if previous == b"INCLUDE" => inputs.files.push(name.to_vec()),
            _ => {}
        }
        previous = token;
    }
    inputs
}

/// Names, quoted or not, and parentheses. Comments are like those of C.
fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let length = match first {
            b'/' if after.starts_with(b"*") => {
                let end = after.windows(2).skip(1).position(|pair| pair == b"*/");
                rest = end.and_then(|end| after.get(end + 3..)).unwrap_or_default();
                continue;
            }
            b'"' => {
                let name = after.split(|byte| *byte == b'"').next().unwrap_or_default();
                tokens.push(name.to_vec());
                rest = after.get(name.len() + 1..).unwrap_or_default();
                continue;
            }
            b'(' | b')' => 1,
            other if other.is_ascii_whitespace() || matches!(other, b',' | b';') => {
                rest = after;
                continue;
            }
            _ => {
                let ends = |byte: &u8| {
                    byte.is_ascii_whitespace() || matches!(byte, b'(' | b')' | b',' | b';' | b'"')
                };
                rest.iter().position(ends).unwrap_or(rest.len())
            }
        };
        tokens.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inputs(text: &str) -> Vec<String> {
        script_inputs(text.as_bytes())
            .files
            .into_iter()
            .map(|name| String::from_utf8(name).unwrap())
            .collect()
    }

    #[test]
    fn a_script_names_its_files_in_parentheses() {
        let libc = "/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\n\
                    GROUP ( /lib/libc.so.6 libc_nonshared.a  AS_NEEDED ( /lib64/ld.so ) )\n";
        assert_eq!(inputs(libc), ["/lib/libc.so.6", "libc_nonshared.a", "/lib64/ld.so"]);
        assert_eq!(inputs("INPUT(-lb,\"a b.o\")INCLUDE more.ld"), ["-lb", "a b.o", "more.ld"]);
        assert_eq!(inputs("{ global: *; };\nSECTIONS { .text : { *(.text) } }"), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_script_has_folders_of_its_own() {
        let text = b"SEARCH_DIR(l1) SEARCH_DIR(\"l2\")\nINPUT(-lx)\n";
        let is_there = |path: &Path| path == Path::new("l2/libx.a");
        let named = named_in(Path::new("x.ld"), text, &Libraries::default(), &is_there);
        assert_eq!(named, [PathBuf::from("l2/libx.a")]);
    }

    #[test]
    fn a_thin_archive_names_its_members() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("lib")).unwrap();
        for name in ["a.o", "a_name_that_is_longer_than_sixteen.o"] {
            std::fs::write(at(name), "no object").unwrap();
            let mut ar = std::process::Command::new("ar");
            assert!(ar.current_dir(&folder).args(["rcTS", "lib/libx.a", name]).status().unwrap().success());
        }
        let contents = std::fs::read(at("lib/libx.a")).unwrap();
        let named = named_in(Path::new("lib/libx.a"), &contents, &Libraries::default(), &|_| true);
        let expected = ["a.o", "a_name_that_is_longer_than_sixteen.o"];
        assert_eq!(named, expected.map(|name| PathBuf::from("lib/..").join(name)));
    }

    proptest! {
        #[test]
        fn any_contents_are_read_without_a_panic(thin in any::<bool>(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let contents = if thin { [THIN, &bytes].concat() } else { bytes };
            named_in(Path::new("x"), &contents, &Libraries::default(), &|_| false);
        }
    }
}
