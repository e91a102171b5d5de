//! Paths as the bytes that depfiles and records have them in.

use std::path::{Path, PathBuf};

/// The bytes of a path: on Unix its own, elsewhere UTF-8.
pub(super) fn of(path: &Path) -> std::borrow::Cow<'_, [u8]> {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).into();
    // A name that is not Unicode becomes another one, that of no file: what depends on it is made again.
    #[cfg(not(unix))]
    let bytes = path.to_string_lossy().into_owned().into_bytes().into();
    bytes
}

/// The path of such bytes.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let path = PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    let path = PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
    path
}
