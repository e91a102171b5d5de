//! For which Pythons and platforms a wheel is (PEP 425).

use std::fmt;

use crate::Result;
use crate::metadata::checks;

/// Three sets of tags, each with dots between its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub python: String,
    pub abi: String,
    pub platform: String,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.python, self.abi, self.platform)
    }
}

impl Tag {
    /// # Errors
    /// [`Error::Metadata`](crate::Error::Metadata), with the option's name, for what no file name of a wheel can have.
    pub fn check(&self) -> Result<()> {
        check_tags("python_tag", &self.python)?;
        check_tags("abi_tag", &self.abi)?;
        check_tags("plat_name", &self.platform)
    }

    /// Each combination of the sets' members, in order.
    pub fn expanded(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        for python in self.python.split('.') {
            for abi in self.abi.split('.') {
                for platform in self.platform.split('.') {
                    tags.push(Tag { python: python.into(), abi: abi.into(), platform: platform.into() });
                }
            }
        }
        tags
    }
}

/// A part of a tag, which the option `key` gives: one word, or several with dots between them.
///
/// # Errors
/// [`Error::Metadata`](crate::Error::Metadata) where it is something else.
pub fn check_tags(key: &str, tags: &str) -> Result<()> {
    let is_word =
        |tag: &str| !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if tags.split('.').all(is_word) {
        return Ok(());
    }
    let why = "must be letters, digits and '_', such as py3, or several such tags with dots between them";
    Err(checks::wrong(key, tags, why))
}

/// What has to be known of the running Python.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interpreter {
    /// `sys.implementation.name`.
    pub implementation: String,
    pub version: (u32, u32),
    /// `sysconfig`'s `py_version_nodot`, if it has one.
    pub version_nodot: Option<String>,
    /// `sysconfig`'s `SOABI`; on Windows the middle of the suffix of extension modules (`cp313-win_amd64`).
    pub soabi: Option<String>,
    /// Whether this is a debug build.
    pub debug: bool,
    /// `sysconfig.get_platform()`, or what `--plat-name` says.
    pub platform: String,
    /// Whether pointers have 32 bits.
    pub is_32_bit: bool,
}

/// Short names of implementations.
const IMPLEMENTATIONS: [(&str, &str); 5] =
    [("cpython", "cp"), ("pypy", "pp"), ("graalpy", "graalpy"), ("ironpython", "ip"), ("jython", "jy")];

/// How many parts of SOABI name the ABI of those that are not CPython.
const ABI_PARTS: [(&str, usize); 2] = [("pypy", 2), ("graalpy", 3)];

/// What 32-bit Pythons on 64-bit systems run on.
const ON_32_BIT: [(&str, &str); 2] = [("linux_x86_64", "linux_i686"), ("linux_aarch64", "linux_armv8l")];

/// `cp313`
pub fn interpreter_tag(python: &Interpreter) -> String {
    let known = IMPLEMENTATIONS.iter().find(|row| row.0 == python.implementation);
    let name = known.map_or(python.implementation.as_str(), |row| row.1);
    let (major, minor) = python.version;
    let version = python.version_nodot.clone().unwrap_or_else(|| format!("{major}{minor}"));
    format!("{name}{version}")
}

/// The ABI of extension modules: `cp313`, `cp313t`, `pypy311_pp73`.
pub fn abi_tag(python: &Interpreter) -> String {
    let Some(soabi) = python.soabi.as_deref().filter(|soabi| !soabi.is_empty()) else {
        return format!("{}{}", interpreter_tag(python), if python.debug { "d" } else { "" });
    };
    let parts: Vec<&str> = soabi.split('-').collect();
    let abi = match (parts.as_slice(), ABI_PARTS.iter().find(|row| soabi.starts_with(row.0))) {
        (["cpython", version, ..], _) => format!("cp{version}"),
        ([version, ..], _) if version.starts_with("cp") => version.to_string(),
        (parts, Some((_, count))) => parts[..parts.len().min(*count)].join("-"),
        _ => soabi.to_string(),
    };
    clean(&abi)
}

/// The platform: `linux_x86_64`, `macosx_11_0_arm64`, `win_amd64`.
pub fn platform_tag(python: &Interpreter) -> String {
    let platform = clean(&python.platform);
    let small = ON_32_BIT.iter().find(|row| python.is_32_bit && row.0 == platform);
    if let Some((_, small)) = small {
        return small.to_string();
    }
    // Since macOS 11 only the first number says what is compatible.
    match platform.strip_prefix("macosx_").map(|rest| rest.splitn(3, '_').collect::<Vec<_>>()).as_deref() {
        Some([major, _, machine]) if major.parse::<u32>().is_ok_and(|major| major >= 11) => {
            format!("macosx_{major}_0_{machine}")
        }
        _ => platform,
    }
}

fn clean(tag: &str) -> String {
    tag.to_lowercase().replace(['-', '.', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(implementation: &str, version: (u32, u32), soabi: &str, platform: &str) -> Interpreter {
        Interpreter {
            implementation: implementation.into(),
            version,
            soabi: Some(soabi.into()),
            platform: platform.into(),
            ..Interpreter::default()
        }
    }

    #[test]
    fn the_tags_of_known_pythons_are_those_that_installers_look_for() {
        let known = [
            (
                python("cpython", (3, 13), "cpython-313-x86_64-linux-gnu", "linux-x86_64"),
                "cp313-cp313-linux_x86_64",
            ),
            (
                python("cpython", (3, 13), "cpython-313t-x86_64-linux-gnu", "linux-x86_64"),
                "cp313-cp313t-linux_x86_64",
            ),
            (
                python("cpython", (3, 12), "cpython-312-darwin", "macosx-11.3-arm64"),
                "cp312-cp312-macosx_11_0_arm64",
            ),
            (
                python("cpython", (3, 9), "cpython-39-darwin", "macosx-10.9-x86_64"),
                "cp39-cp39-macosx_10_9_x86_64",
            ),
            (python("cpython", (3, 13), "cp313-win_amd64", "win-amd64"), "cp313-cp313-win_amd64"),
            (python("cpython", (3, 13), "", "win32"), "cp313-cp313-win32"),
            (
                python("pypy", (3, 11), "pypy311-pp73-x86_64-linux-gnu", "linux-x86_64"),
                "pp311-pypy311_pp73-linux_x86_64",
            ),
            (
                python("graalpy", (3, 11), "graalpy240-311-native-x86_64-linux", "linux-x86_64"),
                "graalpy311-graalpy240_311_native-linux_x86_64",
            ),
        ];
        for (python, expected) in known {
            let tag = Tag {
                python: interpreter_tag(&python),
                abi: abi_tag(&python),
                platform: platform_tag(&python),
            };
            assert_eq!(tag.to_string(), expected);
        }
        let mut small = python("cpython", (3, 13), "cpython-313-i386-linux-gnu", "linux-x86_64");
        small.is_32_bit = true;
        assert_eq!(platform_tag(&small), "linux_i686");
    }

    #[test]
    fn sets_of_tags_are_expanded_in_order() {
        let tag = Tag { python: "py2.py3".into(), abi: "none".into(), platform: "a.b".into() };
        let expanded: Vec<String> = tag.expanded().iter().map(Tag::to_string).collect();
        assert_eq!(expanded, ["py2-none-a", "py2-none-b", "py3-none-a", "py3-none-b"]);
    }
}
