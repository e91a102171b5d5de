//! Where Visual Studio is, which one made a Python, and the environment that its tools need.

/// A platform that is built for, as distutils names it, and what `vcvarsall.bat` calls it. The tools are always
/// those that run on 32 bits: smaller installations have no others.
pub const PLATFORMS: &[(&str, &str)] =
    &[("win32", "x86"), ("win-amd64", "x86_amd64"), ("win-arm32", "x86_arm"), ("win-arm64", "x86_arm64")];

/// The same for Visual Studio 2008, whose tools are those of the machine that builds.
pub const PLATFORMS_2008: &[(&str, &str)] = &[("win32", "x86"), ("win-amd64", "amd64")];

/// What `vcvarsall.bat` is asked for, and the folder of the C runtime that belongs to it.
pub const RUNTIMES: &[(&str, &str)] =
    &[("x86", "x86"), ("x86_amd64", "x64"), ("x86_arm", "arm"), ("x86_arm64", "arm64")];

/// Where `vswhere.exe` is, below the folder of 32-bit programs.
pub const VSWHERE: &[&str] = &["Microsoft Visual Studio", "Installer", "vswhere.exe"];

/// What it is asked: the folder of the newest installation that has a C++ compiler.
pub const VSWHERE_QUESTION: &[&str] = &[
    "-latest",
    "-prerelease",
    "-requires",
    "Microsoft.VisualStudio.Component.VC.Tools.x86.x64",
    "-property",
    "installationPath",
    "-products",
    "*",
];

/// Where `vcvarsall.bat` is, below that folder.
pub const SCRIPTS: &[&str] = &["VC", "Auxiliary", "Build"];

/// The key of HKEY_LOCAL_MACHINE whose values name the folders of Visual C++ 2015 and older, by version.
pub const REGISTERED: &str = r"Software\Microsoft\VisualStudio\SxS\VC7";

/// The newest of the registered versions, `(name, folder)`, that is 14 (2015) or later: its number and place
/// in the list. Names that are no number do not count.
pub fn newest<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<(i64, usize)> {
    let mut best = None;
    for (place, name) in names.into_iter().enumerate() {
        let Ok(number) = name.trim().parse::<f64>() else { continue };
        // Cut off, not rounded: 14.9 is still 14.
        let version = number as i64;
        if number.is_finite() && version >= 14 && best.is_none_or(|(so_far, _)| version > so_far) {
            best = Some((version, place));
        }
    }
    best
}

/// The variables in what `set` printed as UTF-16 (`cmd /u`), names in small letters. Lines without a name or a
/// value are messages of the script.
pub fn environment(printed: &[u8]) -> Vec<(String, String)> {
    let (units, rest) = printed.as_chunks::<2>();
    let mut text =
        String::from_utf16_lossy(&units.iter().map(|unit| u16::from_le_bytes(*unit)).collect::<Vec<_>>());
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text.split(ends_line)
        .filter_map(|line| line.split_once('='))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .map(|(name, value)| (name.to_lowercase(), value.to_string()))
        .collect()
}

/// Where Python's `str.splitlines` ends a line.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The version of Visual C++ that made a Python, from its `sys.version` ("... [MSC v.1929 64 bit (AMD64)]"):
/// 14.2, say. 6 where it does not tell; `None` where it tells something that is no version.
pub fn build_version(python: &str) -> Option<f64> {
    let Some((_, compiler)) = python.split_once("MSC v.") else { return Some(6.0) };
    let (number, _) = compiler.split_once(' ')?;
    let major: i64 = number.get(..number.len().checked_sub(2)?)?.parse().ok()?;
    // There is no Visual C++ 13.
    let major = if major - 6 >= 13 { major - 5 } else { major - 6 };
    let minor: i64 = number.get(2..3)?.parse().ok()?;
    match major {
        ..6 => None,
        6 => Some(6.0),
        _ => Some(major as f64 + minor as f64 / 10.0),
    }
}

/// The processor that a Python was made for, from its `sys.version`: `AMD64`, or `Intel` where it does not tell.
pub fn build_architecture(python: &str) -> &str {
    match python.split_once(" bit (") {
        Some((_, rest)) => rest.split_once(')').map_or(rest, |(architecture, _)| architecture),
        None => "Intel",
    }
}

/// The release of the C runtime library to link with a Python made by `MSC v.<version>`; see [`c_runtime`].
const RUNTIME_LIBRARIES: &[(&str, &str)] = &[
    ("1300", "msvcr70"),
    ("1310", "msvcr71"),
    ("1400", "msvcr80"),
    ("1500", "msvcr90"),
    ("1600", "msvcr100"),
];

/// Which C runtime libraries another compiler has to name to share this Python's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CRuntime {
    /// This Python was not made by Microsoft's compiler.
    NotMicrosoft,
    /// These libraries. None from version 1900 (Visual Studio 2015) on, whose runtime is Windows' own: version
    /// 1950 is of 2025, and by 1980 there may be another one.
    Libraries(Vec<&'static str>),
    /// A version, as it is written, that nothing is known of.
    Unknown(String),
}

/// See [`CRuntime`]; `python` is `sys.version`.
pub fn c_runtime(python: &str) -> CRuntime {
    let Some((_, rest)) = python.split_once("MSC v.") else { return CRuntime::NotMicrosoft };
    let version: String = rest.chars().take(4).collect();
    if let Some((_, library)) = RUNTIME_LIBRARIES.iter().find(|(known, _)| *known == version) {
        return CRuntime::Libraries(vec![library]);
    }
    match version.parse::<u16>() {
        Ok(1900..1980) => CRuntime::Libraries(Vec::new()),
        _ => CRuntime::Unknown(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn the_newest_registered_version_from_2015_on_is_taken() {
        assert_eq!(newest(["9.0", "14.0", "15.0", "12.0"]), Some((15, 2)));
        assert_eq!(newest(["9.0", "twelve", ""]), None);
        assert_eq!(newest(["14.9", "14.0"]), Some((14, 0)));
        assert_eq!(newest(["inf", "nan"]), None);
    }

    #[test]
    fn the_environment_is_what_has_a_name_and_a_value() {
        let printed = utf16("** Visual Studio **\r\nPath=C:\\b;D=1\r\nEMPTY=\r\n=C:=C:\\\r\nÄ=ö\r\n");
        let expected = [("path", "C:\\b;D=1"), ("ä", "ö")].map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(environment(&printed), expected);
        assert_eq!(environment(b"a"), []);
    }

    #[test]
    fn a_python_tells_its_compiler() {
        let made = |by: &str| format!("3.10.1 (tags/v3.10.1) [{by}]");
        assert_eq!(build_version(&made("MSC v.1929 64 bit (AMD64)")), Some(14.2));
        assert_eq!(build_version(&made("MSC v.1900 32 bit (Intel)")), Some(14.0));
        assert_eq!(build_version(&made("MSC v.1500 32 bit (Intel)")), Some(9.0));
        assert_eq!(build_version(&made("MSC v.1310 32 bit (Intel)")), Some(7.1));
        assert_eq!(build_version(&made("GCC 12.2.0")), Some(6.0));
        assert_eq!(build_version(&made("MSC v.x")), None);
        assert_eq!(build_architecture(&made("MSC v.1929 64 bit (AMD64)")), "AMD64");
        assert_eq!(build_architecture(&made("GCC 12.2.0")), "Intel");
    }

    #[test]
    fn runtime_libraries_end_where_windows_brings_its_own() {
        assert_eq!(c_runtime("3.4 [MSC v.1600 32 bit (Intel)]"), CRuntime::Libraries(vec!["msvcr100"]));
        assert_eq!(c_runtime("3.10 [MSC v.1929 64 bit (AMD64)]"), CRuntime::Libraries(vec![]));
        assert_eq!(c_runtime("3.10 [MSC v.1700 64 bit (AMD64)]"), CRuntime::Unknown("1700".into()));
        assert_eq!(c_runtime("3.20 [MSC v.1999 64 bit (AMD64)]"), CRuntime::Unknown("1999".into()));
        assert_eq!(c_runtime("3.10 [GCC 12]"), CRuntime::NotMicrosoft);
    }
}
