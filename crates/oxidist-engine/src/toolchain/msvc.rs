//! The command lines of Microsoft's compiler, resource compiler, linker and librarian.

use std::ffi::{OsStr, OsString};

/// An option list and the flags in it: one row for each attribute of a compiler object that holds flags.
pub type Flags = [(&'static str, &'static [&'static str])];

/// The flags from Visual Studio 2015 on. Code is always generated at link time (`/GL`, `/LTCG`), and the C
/// runtime is the shared one (`/MD`): those of all later versions are compatible with it.
pub const UNIVERSAL: &Flags = &[
    ("compile_options", &["/nologo", "/Ox", "/W3", "/GL", "/DNDEBUG", "/MD"]),
    ("compile_options_debug", &["/nologo", "/Od", "/MDd", "/Zi", "/W3", "/D_DEBUG"]),
    ("ldflags_exe", &["/nologo", "/INCREMENTAL:NO", "/LTCG", "/MANIFEST:EMBED,ID=1"]),
    ("ldflags_exe_debug", &["/nologo", "/INCREMENTAL:NO", "/LTCG", "/DEBUG:FULL", "/MANIFEST:EMBED,ID=1"]),
    (
        "ldflags_shared",
        &["/nologo", "/INCREMENTAL:NO", "/LTCG", "/DLL", "/MANIFEST:EMBED,ID=2", "/MANIFESTUAC:NO"],
    ),
    (
        "ldflags_shared_debug",
        &[
            "/nologo",
            "/INCREMENTAL:NO",
            "/LTCG",
            "/DEBUG:FULL",
            "/DLL",
            "/MANIFEST:EMBED,ID=2",
            "/MANIFESTUAC:NO",
        ],
    ),
    ("ldflags_static", &["/nologo", "/INCREMENTAL:NO", "/LTCG"]),
    ("ldflags_static_debug", &["/nologo", "/INCREMENTAL:NO", "/LTCG", "/DEBUG:FULL"]),
];

/// The flags of Visual Studio 2003 and older for Intel's 32 bits: `/GX` are C++ exceptions.
pub const OLDEST: &Flags = &[
    ("compile_options", &["/nologo", "/Ox", "/MD", "/W3", "/GX", "/DNDEBUG"]),
    ("compile_options_debug", &["/nologo", "/Od", "/MDd", "/W3", "/GX", "/Z7", "/D_DEBUG"]),
];

/// The flags of Visual Studio 2008 where the target is said to be `x86`.
pub const OLD_X86: &Flags = &[
    ("compile_options", &["/nologo", "/Ox", "/MD", "/W3", "/DNDEBUG"]),
    ("compile_options_debug", &["/nologo", "/Od", "/MDd", "/W3", "/Z7", "/D_DEBUG"]),
];

/// The flags of every version before 2015 for other targets: `/GS-` is no check of the stack.
pub const OLD: &Flags = &[
    ("compile_options", &["/nologo", "/Ox", "/MD", "/W3", "/GS-", "/DNDEBUG"]),
    ("compile_options_debug", &["/nologo", "/Od", "/MDd", "/W3", "/GS-", "/Z7", "/D_DEBUG"]),
];

/// How every version before 2015 links. Programs take the same flags without the first.
pub const OLD_LINK: &Flags =
    &[("ldflags_shared", &["/DLL", "/nologo", "/INCREMENTAL:NO"]), ("ldflags_static", &["/nologo"])];

/// How they link with debug information, from version 7 on, and before.
pub const OLD_LINK_DEBUG: &[&str] = &["/DLL", "/nologo", "/INCREMENTAL:no", "/DEBUG"];
pub const OLDEST_LINK_DEBUG: &[&str] = &["/DLL", "/nologo", "/INCREMENTAL:no", "/pdb:None", "/DEBUG"];

/// What a source is compiled as; the compiler is told, whatever the file is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    C,
    Cpp,
}

/// What all compiles of one batch have in common. Words are complete: none is split or quoted here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compile {
    /// The compiler.
    pub cc: OsString,
    /// The resource compiler.
    pub rc: OsString,
    /// The message compiler.
    pub mc: OsString,
    /// What comes in front: the caller's own words, `/c` and the flags.
    pub options: Vec<OsString>,
    /// `-D`, `-U` and `-I`.
    pub preprocessor: Vec<OsString>,
    /// What comes last.
    pub after: Vec<OsString>,
}

impl Compile {
    /// An object from C or C++. With `exceptions`, the C++ standard's (`/EHsc`).
    pub fn source(
        &self,
        language: Language,
        source: &OsStr,
        object: &OsStr,
        exceptions: bool,
    ) -> Vec<OsString> {
        let input = match language {
            Language::C => "/Tc",
            Language::Cpp => "/Tp",
        };
        let mut words = vec![self.cc.clone()];
        words.extend_from_slice(&self.options);
        words.extend_from_slice(&self.preprocessor);
        words.extend(exceptions.then(|| "/EHsc".into()));
        words.extend([joined(input, source), joined("/Fo", object)]);
        words.extend_from_slice(&self.after);
        words
    }

    /// A compiled resource (`.res`) from a resource script (`.rc`).
    pub fn resource(&self, script: &OsStr, compiled: &OsStr) -> Vec<OsString> {
        let mut words = vec![self.rc.clone()];
        words.extend_from_slice(&self.preprocessor);
        words.extend([joined("/fo", compiled), script.to_os_string()]);
        words
    }

    /// A compiled resource from message texts (`.mc`): first `script`, a resource script in the folder
    /// `script_folder`, and a C header in `header_folder`; then the resource from that.
    pub fn messages(
        &self,
        source: &OsStr,
        header_folder: &OsStr,
        script_folder: &OsStr,
        script: &OsStr,
        compiled: &OsStr,
    ) -> [Vec<OsString>; 2] {
        let own = |words: &[&OsStr]| words.iter().map(|word| word.to_os_string()).collect();
        [
            own(&[&self.mc, "-h".as_ref(), header_folder, "-r".as_ref(), script_folder, source]),
            own(&[&self.rc, &joined("/fo", compiled), script]),
        ]
    }
}

/// The arguments of one link, without the linker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pub flags: Vec<OsString>,
    /// Library folders and libraries, as options.
    pub libraries: Vec<OsString>,
    /// Symbols that the library exports.
    pub exports: Vec<OsString>,
    pub objects: Vec<OsString>,
    pub output: OsString,
    /// Where the linker puts the import library that it makes where something is exported.
    pub import_library: Option<OsString>,
}

impl Link {
    pub fn words(&self) -> Vec<OsString> {
        let mut words = self.flags.clone();
        words.extend_from_slice(&self.libraries);
        words.extend(self.exports.iter().map(|symbol| joined("/EXPORT:", symbol)));
        words.extend_from_slice(&self.objects);
        words.push(joined("/OUT:", &self.output));
        words.extend(self.import_library.iter().map(|library| joined("/IMPLIB:", library)));
        words
    }
}

/// The arguments that make a static library, without the librarian.
pub fn archive(objects: &[OsString], output: &OsStr) -> Vec<OsString> {
    let mut words = objects.to_vec();
    words.push(joined("/OUT:", output));
    words
}

fn joined(option: &str, value: &OsStr) -> OsString {
    let mut word = OsString::from(option);
    word.push(value);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    fn compile() -> Compile {
        Compile {
            cc: "cl.exe".into(),
            rc: "rc.exe".into(),
            mc: "mc.exe".into(),
            options: words("/c /nologo"),
            preprocessor: words("-DX -Iinc"),
            after: words("/Zp"),
        }
    }

    #[test]
    fn the_language_is_told_whatever_the_file_is_called() {
        let line = compile().source(Language::Cpp, OsStr::new("a.cc"), OsStr::new("t\\a.obj"), true);
        assert_eq!(line, words(r"cl.exe /c /nologo -DX -Iinc /EHsc /Tpa.cc /Fot\a.obj /Zp"));
        let line = compile().source(Language::C, OsStr::new("a.c"), OsStr::new("a.obj"), false);
        assert_eq!(line, words("cl.exe /c /nologo -DX -Iinc /Tca.c /Foa.obj /Zp"));
    }

    #[test]
    fn a_message_file_takes_two_commands_and_the_second_reads_what_the_first_wrote() {
        let script = OsStr::new(r"t\m.rc");
        let lines = compile().messages(
            OsStr::new(r"src\m.mc"),
            OsStr::new("src"),
            OsStr::new("t"),
            script,
            OsStr::new(r"t\m.res"),
        );
        assert_eq!(lines[0], words(r"mc.exe -h src -r t src\m.mc"));
        assert_eq!(lines[1], words(r"rc.exe /fot\m.res t\m.rc"));
    }

    #[test]
    fn a_link_that_exports_names_its_import_library_last() {
        let link = Link {
            flags: words("/DLL"),
            libraries: words("/LIBPATH:lib z.lib"),
            exports: words("PyInit_x"),
            objects: words("x.obj"),
            output: "x.pyd".into(),
            import_library: Some(r"t\x.lib".into()),
        };
        let expected = words(r"/DLL /LIBPATH:lib z.lib /EXPORT:PyInit_x x.obj /OUT:x.pyd /IMPLIB:t\x.lib");
        assert_eq!(link.words(), expected);
    }
}
