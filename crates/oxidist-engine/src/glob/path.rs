//! File names as Python sees them: split and joined as `os.path` does, and read as text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};

use crate::surrogates::stand_in;

/// The character between the parts of a path.
pub(crate) const SEPARATOR: char = std::path::MAIN_SEPARATOR;

fn is_separator(byte: u8) -> bool {
    std::path::is_separator(byte as char)
}

/// How many bytes in front of a path are its drive (`C:`); none where there are no drives.
pub(crate) fn drive_length(path: &[u8]) -> usize {
    if cfg!(windows) && path.get(1) == Some(&b':') { 2 } else { 0 }
}

/// `os.path.split`: the folder without its last separators (unless it is only separators), and the last
/// name, which is empty behind a separator.
pub(crate) fn split(path: &OsStr) -> (OsString, OsString) {
    let bytes = path.as_encoded_bytes();
    let drive = drive_length(bytes);
    let name = bytes.iter().rposition(|&byte| is_separator(byte)).map_or(drive, |at| at + 1);
    let folder = &bytes[drive..name];
    let trimmed = folder.iter().rposition(|&byte| !is_separator(byte)).map_or(folder.len(), |at| at + 1);
    (native(&bytes[..drive + trimmed]), native(&bytes[name..]))
}

/// `os.path.join` of a folder, which may be empty, and a relative name.
pub(crate) fn join(folder: &OsStr, name: &OsStr) -> OsString {
    let mut path = folder.to_os_string();
    let ends = folder.as_encoded_bytes().last();
    if ends.is_some_and(|&byte| !(is_separator(byte) || cfg!(windows) && byte == b':')) {
        path.push(std::path::MAIN_SEPARATOR_STR);
    }
    path.push(name);
    path
}

/// A part of an encoded name, cut where an ASCII character stands, as a name again.
#[cfg(unix)]
pub(crate) fn native(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_os_string()
}

#[cfg(not(unix))]
pub(crate) fn native(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// A name as text. Each byte that is not UTF-8 becomes one character (see [`crate::surrogates`]), so that
/// wildcards count it as one, like Python's `surrogateescape`.
pub(crate) fn text_of(name: &OsStr) -> Cow<'_, str> {
    if let Some(text) = name.to_str() {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|&byte| stand_in(0xDC00 + u32::from(byte))));
    }
    Cow::Owned(text)
}

/// The order of Python's strings: by code point, with each byte that is not UTF-8 at its surrogate's place.
pub(crate) fn compare(left: &OsStr, right: &OsStr) -> Ordering {
    match (left.to_str(), right.to_str()) {
        (Some(left), Some(right)) => left.cmp(right),
        _ => code_points(left).cmp(code_points(right)),
    }
}

fn code_points(name: &OsStr) -> impl Iterator<Item = u32> {
    name.as_encoded_bytes().utf8_chunks().flat_map(|chunk| {
        let odd = chunk.invalid().iter().map(|&byte| 0xDC00 + u32::from(byte));
        chunk.valid().chars().map(u32::from).chain(odd)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_are_split_and_joined_as_os_path_does() {
        for (path, folder, name) in [
            ("a/b", "a", "b"),
            ("a//b", "a", "b"),
            ("a/", "a", ""),
            ("/a", "/", "a"),
            ("//a", "//", "a"),
            ("a", "", "a"),
            ("", "", ""),
            ("/", "/", ""),
        ] {
            assert_eq!(split(path.as_ref()), (folder.into(), name.into()), "{path}");
        }
        assert_eq!(join("a".as_ref(), "b".as_ref()), "a/b");
        assert_eq!(join("/".as_ref(), "b".as_ref()), "/b");
        assert_eq!(join("".as_ref(), "b".as_ref()), "b");
        assert_eq!(join("a".as_ref(), "".as_ref()), "a/");
    }

    #[cfg(unix)]
    #[test]
    fn each_undecodable_byte_is_one_character() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(text_of(OsStr::from_bytes(b"a\xff\xe2\x82b")), "a\u{10ffff}\u{10ffe2}\u{10ff82}b");
        assert_eq!(text_of("grün".as_ref()), "grün");
    }

    #[cfg(unix)]
    #[test]
    fn names_are_ordered_by_code_points() {
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes;
        assert_eq!(compare(name(b"a\xff"), name("a\u{e000}".as_bytes())), Ordering::Less);
        assert_eq!(compare(name(b"a\x80"), name(b"a\xff")), Ordering::Less);
        assert_eq!(compare(name(b"a\xff"), name("a\u{d7ff}".as_bytes())), Ordering::Greater);
    }
}
