//! The names in the `#include` and `__has_include` of a source or header, and whether it holds code for the assembler
//! that reads files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

use super::phases;

/// What a directive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads the file.
    Reads,
    /// It asks whether there is such a file.
    Asks,
}

/// One name in quotes or angle brackets. Of those that macros make, the ones that stand in the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) quoted: bool,
    /// Whether the search begins behind the folder of the file that names it (`#include_next`).
    pub(super) is_next: bool,
}

/// What stands in one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Directives {
    pub(super) names: Vec<Directive>,
    /// Whether `.incbin` or `.include` stands in it, on a line of its own or in a string.
    pub(super) assembles: bool,
    /// The names behind these, as far as they stand there.
    pub(super) assembled: Vec<Vec<u8>>,
}

/// What is larger is data, not written by anybody.
const MOST: u64 = 16 << 20;

/// A longer string is no name.
const LONGEST: usize = 256;

/// Of a file; one that cannot be read has none.
pub(super) fn of(file: &Path) -> Directives {
    let mut text = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MOST).read_to_end(&mut text));
    if read.is_err() { Directives::default() } else { find(&text) }
}

const READ: &[&[u8]] = &[b"include_next", b"include", b"import", b"embed"];
const ASK: &[&[u8]] = &[b"__has_include", b"__has_embed"];
const ASSEMBLED: &[&[u8]] = &[b".incbin", b".include"];

fn find(text: &[u8]) -> Directives {
    let mut found = Directives::default();
    let clean = phases::clean(text);
    let asks = ASK.iter().any(|word| memmem::find(&clean, word).is_some());
    let mut reads_macro = false;
    let mut defined = Vec::new();
    for line in clean.split(|byte| *byte == b'\n') {
        let Some(line) = phases::directive(line) else { continue };
        if let Some((word, rest)) = READ.iter().find_map(|word| Some((*word, line.strip_prefix(*word)?))) {
            let is_next = word.ends_with(b"_next");
            match name(rest) {
                Some((name, quoted)) => {
                    found.names.push(Directive { kind: Kind::Reads, name, quoted, is_next });
                }
                None => reads_macro = true,
            }
        } else if line.starts_with(b"if") || line.starts_with(b"elif") {
            asked(line, asks, &mut found.names);
        } else if line.starts_with(b"define") {
            defined.push(line);
        }
    }
    // What a macro stands for may be a name.
    for line in defined {
        if asks {
            asked(line, true, &mut found.names);
        } else if reads_macro {
            let start = found.names.len();
            asked(line, true, &mut found.names);
            found.names[start..].iter_mut().for_each(|directive| directive.kind = Kind::Reads);
        }
    }
    for word in ASSEMBLED {
        for at in memmem::find_iter(text, word) {
            let rest = &text[at + word.len()..];
            if !matches!(rest.first(), Some(b' ' | b'\t' | b'"' | b'\\')) {
                continue;
            }
            found.assembles = true;
            let rest = rest.trim_ascii_start();
            let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
            let Some(rest) = rest.strip_prefix(b"\"") else { continue };
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')).unwrap_or(0);
            if end > 0 {
                found.assembled.push(rest[..end].to_vec());
            }
        }
    }
    found
}

/// The names that stand on a line; unless `all`, those behind a parenthesis, where a condition has no other use for them.
fn asked(line: &[u8], all: bool, names: &mut Vec<Directive>) {
    let is_next = memmem::find(line, b"__has_include_next").is_some();
    // Behind the last `>` no name in angle brackets ends.
    let last = memchr::memrchr(b'>', line).unwrap_or(0);
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'<', b'"', &line[at..]) {
        let start = at + next;
        at = start + 1;
        if line[start] == b'<' && start > last {
            continue;
        }
        let Some((name, quoted)) = name(&line[start..]) else { continue };
        let is_asked = all || line[..start].trim_ascii_end().ends_with(b"(");
        let is_name = name.len() < LONGEST && !name.starts_with(b" ") && !name.starts_with(b"=");
        if quoted || is_name {
            at = start + name.len() + 2;
        }
        if is_asked && is_name {
            names.push(Directive { kind: Kind::Asks, name, quoted, is_next });
        }
    }
}

/// A name in quotes or angle brackets, and whether it was in quotes.
fn name(text: &[u8]) -> Option<(Vec<u8>, bool)> {
    let text = phases::trimmed(text);
    let (close, quoted) = match text.first()? {
        b'"' => (b'"', true),
        b'<' => (b'>', false),
        _ => return None,
    };
    let name = text[1..].split(|byte| *byte == close || *byte == b'\n').next()?;
    (!name.is_empty() && name.len() + 1 < text.len()).then(|| (name.to_vec(), quoted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<String> {
        let directives = find(text.as_bytes()).names.into_iter();
        let one = |directive: Directive| {
            let name = String::from_utf8(directive.name).unwrap();
            format!(
                "{}{name}{}",
                if directive.kind == Kind::Asks { "?" } else { "" },
                if directive.quoted { "" } else { ">" }
            )
        };
        directives.map(one).collect()
    }

    #[test]
    fn names_stand_behind_directives() {
        assert_eq!(names("#include \"a.h\"\n  # include\t<b/c.h> // #include \"d.h\"\n"), ["a.h", "b/c.h>"]);
        assert_eq!(
            names("# include_next <x>\n#import \"y\"\n#embed \"z\"\n#include MACRO(1)\n#include \"\"\n"),
            ["x>", "y", "z"]
        );
        assert_eq!(
            names("#if defined(A) && \\\r\n __has_include ( <a.h> ) || __has_include(\"b\")\n"),
            ["?a.h>", "?b"]
        );
        assert_eq!(
            names("#define H __has_embed(\"c\")\n#if __has_feature(x)\nint __has_include(\"no\");\n"),
            ["?c"]
        );
    }

    #[test]
    fn names_are_seen_in_every_spelling() {
        for text in [
            "\u{feff}#include \"a.h\"\n",
            "/* hi\n there */ #include \"a.h\"\n",
            "# /* c */ include /* d */ \"a.h\"\n",
            "#include \\\n\"a.h\"\n",
            "#\\ \r\ninc\\\nlude \"a.h\"\n",
            "%:include \"a.h\"\n",
            "??=include ??/\n\"a.h\"\n",
            "\x0b#\x0binclude\x0c\"a.h\"\n",
            "char a = '\"'; /* it's */\n#include \"a.h\"\n",
            "#if 0\ndon't /* \" \n */\n#endif\n#include \"a.h\" // b\n",
            "auto a = R\"x(/* \" )x\"; int b = 1'000; // '\n#include \"a.h\"\n",
            "a = \"/*\"; // /* ??/\n#include \"a.h\"\n",
            "#define NAME \"a.h\"\n#include NAME\n",
        ] {
            assert_eq!(names(text), ["a.h"], "{text}");
        }
        assert_eq!(names("#include <a//b.h>\n#include <c/*.h>\n/* open\n"), ["a//b.h>", "c/*.h>"]);
        assert_eq!(names("/*\n#include \"a.h\"\n*/\n// \\\n#include \"b.h\"\n"), Vec::<String>::new());
        for text in [
            "#if defined(__has_include) && __has_include \\\n ( <a.h> )\n",
            "#define HAS(x) __has_include(x)\n#if HAS(<a.h>)\n",
            "#if HAS(<a.h>) && 1 < 2 && 3 > 2\n",
            "#define NAME <a.h>\n#if __has_include(NAME)\n",
            "#if 0\n#elif __has_include/*x*/(/*y*/<a.h>/*z*/)\n",
        ] {
            assert_eq!(names(text), ["?a.h>"], "{text}");
        }
    }

    #[test]
    fn what_the_assembler_reads_is_named_in_strings_and_lines() {
        let found =
            find(b"asm(\".incbin \\\"a.bin\\\"\");\n.include \"b.s\"\n#include \"c.h\"\nx.include(y);\n");
        assert!(found.assembles);
        assert_eq!(found.assembled, [b"a.bin", &b"b.s"[..]]);
        assert!(find(b"asm(\".incbin \" NAME);").assembles);
        assert!(!find(b"#include <x>\nx.include(1)").assembles);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[ #a<>\"\\\\\n().]{0,40}(include|__has_include)?[ #a<>\"\\\\\n().]{0,40}") {
            find(text.as_bytes());
        }
    }
}
