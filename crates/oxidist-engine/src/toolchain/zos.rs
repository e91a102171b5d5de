//! The C and C++ compilers of z/OS, each of which needs options of its own for an extension module.

/// A family of compilers that take the same options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    pub name: &'static str,
    /// What its compilers are called.
    programs: &'static [&'static str],
    /// For every source.
    pub all: &'static [&'static str],
    /// For C and assembler, after `all`.
    pub c: &'static [&'static str],
    /// For C++, after `all`.
    pub cpp: &'static [&'static str],
    /// For assembler, after those.
    pub assembler: &'static [&'static str],
    pub link: &'static [&'static str],
}

const XL: &[&str] = &[
    "-q64",
    "-qexportall",
    "-qascii",
    "-qstrict",
    "-qnocsect",
    "-Wa,asa,goff",
    "-Wa,xplink",
    "-qgonumber",
    "-qenum=int",
    "-Wc,DLL",
];
const XL_LINK: &[&str] = &["-Wl,dll", "-q64"];

/// The first is the one of a compiler that no family knows.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "ibm-openxl",
        programs: &[
            "ibm-clang",
            "ibm-clang64",
            "ibm-clang++",
            "ibm-clang++64",
            "clang",
            "clang++",
            "clang-14",
        ],
        all: &["-m64", "-fvisibility=default", "-fzos-le-char-mode=ascii", "-fno-short-enums"],
        c: &[],
        cpp: &[],
        assembler: &["-fasm", "-fno-integrated-as", "-Wa,--ASA", "-Wa,--GOFF"],
        link: &[],
    },
    Family {
        name: "ibm-xlclang",
        programs: &["xlclang", "xlclang++", "njsc", "njsc++"],
        all: XL,
        c: &[],
        cpp: &[],
        assembler: &[],
        link: XL_LINK,
    },
    Family {
        name: "ibm-xlc",
        programs: &["xlc", "xlC", "xlc++"],
        all: XL,
        c: &["-qlanglvl=extc99"],
        cpp: &["-qlanglvl=extended0x"],
        assembler: &[],
        link: XL_LINK,
    },
];

/// The family of a program, given without its folder; `None`: none is asked for.
pub fn family_of(program: Option<&str>) -> &'static Family {
    let known = program.and_then(|program| FAMILIES.iter().find(|family| family.programs.contains(&program)));
    known.unwrap_or(&FAMILIES[0])
}

/// The family of that name.
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_belongs_to_the_family_that_names_it() {
        assert_eq!(family_of(Some("xlc++")).name, "ibm-xlc");
        assert_eq!(family_of(Some("njsc")).name, "ibm-xlclang");
        assert_eq!(family_of(Some("gcc")).name, "ibm-openxl");
        assert_eq!(family_of(None).name, "ibm-openxl");
        assert_eq!(family("ibm-xlc").map(|family| family.cpp), Some(&["-qlanglvl=extended0x"][..]));
        assert_eq!(family("gcc"), None);
    }
}
