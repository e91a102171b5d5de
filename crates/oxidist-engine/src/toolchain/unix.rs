//! The command lines of Unix compilers: as Python was configured, changed by the environment.

use std::ffi::{OsStr, OsString};

use crate::{Error, Result};

/// What Python was configured with: variables of its Makefile, `None` where it has none of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configured {
    pub cc: Option<OsString>,
    pub cxx: Option<OsString>,
    pub cflags: Option<OsString>,
    pub ccshared: Option<OsString>,
    pub ldshared: Option<OsString>,
    pub ldcxxshared: Option<OsString>,
    pub ar: Option<OsString>,
    pub ar_flags: Option<OsString>,
    /// Flags in the place of the environment's CPPFLAGS, CFLAGS and LDFLAGS, where it does not have them.
    pub default_cppflags: Option<OsString>,
    pub default_cflags: Option<OsString>,
    pub default_ldflags: Option<OsString>,
}

/// The command lines of a compiler object, each a string that is yet to be split into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executables {
    pub preprocessor: OsString,
    pub compiler: OsString,
    pub compiler_so: OsString,
    /// `None` where neither Python's configuration nor the environment has a C++ compiler.
    pub compiler_cxx: Option<OsString>,
    /// `None` where neither has a command that links, and there are no flags for it.
    pub linker_so: Option<OsString>,
    pub linker_exe: OsString,
    pub archiver: OsString,
}

/// What compiles and links C++ where it has programs and flags of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CxxExecutables {
    pub compiler: OsString,
    pub compiler_so: OsString,
    /// `None` where neither Python's configuration nor the environment has a command that links C++.
    pub linker_so: Option<OsString>,
    pub linker_exe: OsString,
}

/// What the environment does to the configured command lines: by default what it does in CPython's distutils on
/// other systems than macOS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// Another CC also takes the configured one's place in front of LDSHARED.
    pub cc_links: bool,
    /// CFLAGS take the place of the configured ones, instead of being added to them.
    pub cflags_replace: bool,
}

/// The variables of the environment that [`executables`] and [`cxx_executables`] read.
pub const VARIABLES: &[&str] = &[
    "CC",
    "CXX",
    "CPP",
    "LDSHARED",
    "LDCXXSHARED",
    "LDFLAGS",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "AR",
    "ARFLAGS",
];

/// Python's configuration with CC, CXX, CPP, LDSHARED, LDFLAGS, CFLAGS, CPPFLAGS, AR and ARFLAGS of the
/// environment over it, by the rules of `distutils.sysconfig.customize_compiler`.
///
/// Programs replace the configured ones; flags are added, those for compiling to the linker's as well.
/// [`Error::Platform`] where a part that is needed is in neither.
pub fn executables(
    configured: Configured,
    environment: impl Fn(&str) -> Option<OsString>,
    rules: Rules,
) -> Result<Executables> {
    let mut linker_so = configured.ldshared;
    if let (true, Some(cc), None) = (rules.cc_links, environment("CC"), environment("LDSHARED")) {
        let linker = needed("LDSHARED", linker_so)?;
        linker_so = with_other_start(&linker, &needed("CC", configured.cc.clone())?, &cc).or(Some(linker));
    }
    let cc = needed("CC", environment("CC").or(configured.cc))?;
    let mut linker_so = environment("LDSHARED").or(linker_so);
    let mut preprocessor = environment("CPP").unwrap_or_else(|| joined(&cc, "-E"));
    let flags_of =
        |name, default: Option<OsString>| environment(name).or(default.filter(|flags| !flags.is_empty()));
    let mut flags = needed("CFLAGS", configured.cflags)?;
    if let Some(more) = flags_of("LDFLAGS", configured.default_ldflags) {
        linker_so = Some(joined(&needed("LDSHARED", linker_so)?, more));
    }
    if let Some(more) = flags_of("CFLAGS", configured.default_cflags) {
        let replaces = rules.cflags_replace && environment("CFLAGS").is_some();
        flags = if replaces { more.clone() } else { joined(&flags, &more) };
        linker_so = Some(joined(&needed("LDSHARED", linker_so)?, more));
    }
    if let Some(more) = flags_of("CPPFLAGS", configured.default_cppflags) {
        preprocessor = joined(&preprocessor, &more);
        flags = joined(&flags, &more);
        linker_so = Some(joined(&needed("LDSHARED", linker_so)?, more));
    }
    let archiver = needed("AR", environment("AR").or(configured.ar))?;
    let archive_flags = needed("ARFLAGS", environment("ARFLAGS").or(configured.ar_flags))?;
    let compiler = joined(&cc, &flags);
    Ok(Executables {
        preprocessor,
        compiler_so: joined(&compiler, needed("CCSHARED", configured.ccshared)?),
        compiler,
        compiler_cxx: environment("CXX").or(configured.cxx),
        linker_so,
        linker_exe: cc,
        archiver: joined(&archiver, archive_flags),
    })
}

/// The same for C++, by the rules of setuptools' own distutils: CXX, CXXFLAGS and LDCXXSHARED of the environment and of
/// Python's configuration count, and CC, CFLAGS and LDSHARED of the environment do not.
///
/// `None` where there is no C++ compiler.
pub fn cxx_executables(
    configured: &Configured,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Option<CxxExecutables> {
    let behind = |start: OsString, names: &[&str]| {
        names.iter().filter_map(|name| environment(name)).fold(start, |whole, more| joined(&whole, more))
    };
    let cxx = environment("CXX").or(configured.cxx.clone())?;
    // There are no CXXFLAGS in Python's configuration: its CFLAGS are for both languages.
    let flags = environment("CXXFLAGS").or(configured.cflags.clone())?;
    let compiler = behind(joined(&cxx, flags), &["CPPFLAGS"]);
    let linker = environment("LDCXXSHARED").or(configured.ldcxxshared.clone());
    Some(CxxExecutables {
        compiler_so: joined(&compiler, configured.ccshared.as_ref()?),
        compiler,
        linker_so: linker.map(|linker| behind(linker, &["LDFLAGS", "CXXFLAGS", "CPPFLAGS"])),
        linker_exe: cxx,
    })
}

fn needed(name: &str, value: Option<OsString>) -> Result<OsString> {
    value.ok_or_else(|| {
        Error::Platform(format!("this Python was configured without {name}, and so is the environment"))
    })
}

fn joined(start: &OsStr, more: impl AsRef<OsStr>) -> OsString {
    let mut whole = start.to_os_string();
    whole.push(" ");
    whole.push(more);
    whole
}

/// `command` with `new` in front in the place of `old`; `None` where it does not start with `old`.
fn with_other_start(command: &OsStr, old: &OsStr, new: &OsStr) -> Option<OsString> {
    let command = command.to_string_lossy();
    let rest = command.strip_prefix(&*old.to_string_lossy())?;
    let mut changed = new.to_os_string();
    changed.push(rest);
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CC_LINKS: Rules = Rules { cc_links: true, cflags_replace: false };

    fn configured() -> Configured {
        let some = |text: &str| Some(OsString::from(text));
        Configured {
            cc: some("gcc"),
            cxx: some("g++"),
            cflags: some("-O2"),
            ccshared: some("-fPIC"),
            ldshared: some("gcc -shared"),
            ldcxxshared: some("g++ -shared -flto"),
            ar: some("ar"),
            ar_flags: some("rcs"),
            ..Configured::default()
        }
    }

    fn with(environment: &[(&str, &str)], rules: Rules) -> Executables {
        let look_up = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        executables(configured(), look_up, rules).unwrap()
    }

    #[test]
    fn an_empty_environment_changes_nothing() {
        let plain = with(&[], Rules::default());
        assert_eq!(plain.preprocessor, "gcc -E");
        assert_eq!(plain.compiler_so, "gcc -O2 -fPIC");
        assert_eq!(plain.linker_so.clone().unwrap(), "gcc -shared");
        assert_eq!(plain.archiver, "ar rcs");
        assert_eq!(with(&[], CC_LINKS), plain);
    }

    #[test]
    fn compile_flags_go_to_the_linker_behind_its_own() {
        let built = with(&[("CPPFLAGS", "-Ip"), ("LDFLAGS", "-Ll"), ("CFLAGS", "-g")], Rules::default());
        assert_eq!(built.linker_so.unwrap(), "gcc -shared -Ll -g -Ip");
        assert_eq!(built.compiler, "gcc -O2 -g -Ip");
        assert_eq!(built.preprocessor, "gcc -E -Ip");
    }

    #[test]
    fn cflags_take_the_place_of_the_configured_ones_where_that_is_the_rule() {
        let rules = Rules { cflags_replace: true, ..Rules::default() };
        let built = with(&[("CPPFLAGS", "-Ip"), ("CFLAGS", "-g")], rules);
        assert_eq!(built.compiler_so, "gcc -g -Ip -fPIC");
        assert_eq!(built.linker_so.unwrap(), "gcc -shared -g -Ip");
        assert_eq!(with(&[("CPPFLAGS", "-Ip")], rules).compiler, "gcc -O2 -Ip");
        let configured = Configured { default_cflags: Some("-Wd".into()), ..configured() };
        assert_eq!(executables(configured, |_| None, rules).unwrap().compiler, "gcc -O2 -Wd");
    }

    #[test]
    fn default_flags_are_taken_one_by_one() {
        let some = |text: &str| Some(OsString::from(text));
        let configured =
            Configured { default_cflags: some("-Wd"), default_ldflags: some("-Ld"), ..configured() };
        let environment = |name: &str| if name == "LDFLAGS" { some("-Le") } else { None };
        let built = executables(configured, environment, Rules::default()).unwrap();
        assert_eq!(built.linker_so.unwrap(), "gcc -shared -Le -Wd");
        assert_eq!(built.compiler, "gcc -O2 -Wd");
    }

    #[test]
    fn another_cc_links_only_where_it_is_told_to() {
        let clang = [("CC", "clang")];
        assert_eq!(with(&clang, Rules::default()).linker_so.unwrap(), "gcc -shared");
        assert_eq!(with(&clang, CC_LINKS).linker_so.unwrap(), "clang -shared");
        assert_eq!(with(&[("CC", "clang"), ("LDSHARED", "ld")], CC_LINKS).linker_so.unwrap(), "ld");
        assert_eq!(with(&clang, Rules::default()).linker_exe, "clang");
    }

    fn cxx_with(environment: &[(&str, &str)]) -> CxxExecutables {
        let look_up = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        cxx_executables(&configured(), look_up).unwrap()
    }

    #[test]
    fn cxx_has_the_programs_that_python_was_configured_with() {
        let built = cxx_with(&[]);
        assert_eq!(built.compiler, "g++ -O2");
        assert_eq!(built.compiler_so, "g++ -O2 -fPIC");
        assert_eq!(built.linker_so.unwrap(), "g++ -shared -flto");
        assert_eq!(built.linker_exe, "g++");
        assert_eq!(cxx_with(&[("CC", "clang"), ("CFLAGS", "-g"), ("LDSHARED", "ld")]), cxx_with(&[]));
    }

    #[test]
    fn cxx_has_variables_of_its_own() {
        let flags = [("CXXFLAGS", "-Os"), ("CPPFLAGS", "-Ip"), ("LDFLAGS", "-Ll")];
        let built = cxx_with(&flags);
        assert_eq!(built.compiler_so, "g++ -Os -Ip -fPIC");
        assert_eq!(built.linker_so.unwrap(), "g++ -shared -flto -Ll -Os -Ip");
        let cxx = cxx_with(&[("CXX", "clang++"), ("LDCXXSHARED", "ld -shared -x")]);
        assert_eq!(cxx.compiler_so, "clang++ -O2 -fPIC");
        assert_eq!(cxx.linker_so.unwrap(), "ld -shared -x");
        assert_eq!(cxx.linker_exe, "clang++");
    }

    #[test]
    fn without_a_cxx_compiler_there_is_nothing_for_cxx() {
        let without = Configured { cxx: None, ..configured() };
        assert_eq!(cxx_executables(&without, |_| None), None);
    }

    #[test]
    fn what_is_nowhere_is_named() {
        let without = Configured { ldshared: None, ..configured() };
        let flags = |name: &str| (name == "LDFLAGS").then(|| OsString::from("-L"));
        let error = executables(without, flags, Rules::default()).unwrap_err();
        assert!(error.to_string().contains("LDSHARED"), "{error}");
    }
}
