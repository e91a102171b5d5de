//! Names and versions in the form that file names have room for.

/// Whatever is not an ASCII letter, a digit or a dot becomes one `-` for each run of such characters.
pub fn safe_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    let mut in_run = false;
    for character in name.chars() {
        if character.is_ascii_alphanumeric() || character == '.' {
            safe.push(character);
            in_run = false;
        } else if !in_run {
            safe.push('-');
            in_run = true;
        }
    }
    safe
}

/// As [`safe_name`], but spaces become dots.
pub fn safe_version(version: &str) -> String {
    safe_name(&version.replace(' ', "."))
}

/// `-` separates the parts of a file name, so within a part it becomes `_`.
pub fn to_filename(name: &str) -> String {
    name.replace('-', "_")
}

/// The form in which two names are one: small letters, and `-` for each run of `-`, `_` and `.` (PEP 503).
pub fn normalized_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.chars() {
        if !"-_.".contains(character) {
            normal.extend(character.to_lowercase());
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}
