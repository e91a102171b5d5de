//! Configuration files are read as Python's own `configparser` reads them: thousands of generated ones.

mod oracle;

use std::path::{Path, PathBuf};

use oracle::{Oracle, for_each};
use oxidist_engine::{Error, config};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

const CASES: u32 = 6000;

/// Answers a file's text with its sections, or with the kind and line of the error. An option's values are the one as
/// it stands, and the one with references replaced, or null where that fails.
const SCRIPT: &str = r#"
import configparser, io, json, sys

def replaced(parser, name, option):
    try:
        return parser.get(name, option)
    except configparser.InterpolationError:
        return None

for question in sys.stdin:
    file = io.TextIOWrapper(io.BytesIO(json.loads(question).encode("utf-8")), encoding="utf-8")
    parser = configparser.ConfigParser()
    try:
        parser.read_file(file, "x.cfg")
    except configparser.ParsingError as error:
        line = getattr(error, "lineno", None) or error.errors[0][0]
        answer = {"error": type(error).__name__, "line": line}
    except configparser.Error as error:
        answer = {"error": type(error).__name__, "line": error.lineno}
    else:
        answer = {"sections": [
            [name, [
                [option, parser.get(name, option, raw=True), replaced(parser, name, option)]
                for option in parser.options(name)
            ]]
            for name in parser.sections()
        ]}
    print(json.dumps(answer), flush=True)
"#;

fn python() -> PathBuf {
    std::env::var_os("OXIDIST_TEST_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from)
}

/// White space of every kind, and what only looks like it or like a line end.
fn blank() -> impl Strategy<Value = String> {
    let pieces = [
        "", "", "", " ", " ", "  ", "    ", "\t", "\u{b}", "\u{c}", "\u{1c}", "\u{1f}", "\u{85}", "\u{a0}",
        "\u{2028}", "\u{3000}", "\u{200b}", "\u{180e}", "\u{feff}", "\0",
    ];
    prop_oneof![6 => Just(String::new()), 4 => prop::sample::select(pieces.to_vec()).prop_map(String::from)]
}

fn word() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "b",
        "c",
        "A",
        "B",
        "build-base",
        "Build_Base",
        "DEFAULT",
        "default",
        "ΑΣ",
        "ΑΣ.",
        "İ",
        "ẞ",
        "é",
        "%(a)s",
        "%(B)s",
        "%(c)s and %(a)s",
        "%(ας)s",
        "%(İ)s",
        "100%",
        "100%%",
        "%%(a)s",
        "%%%(b)s",
        "%()s",
        "%(a)d",
        "%(a",
        "x = y",
        "p:q",
        "# no",
        "; no",
        "a # b",
        "a ; b",
        "[a]",
        "[",
        "]",
        "[]",
        "\"q\"",
        "__name__",
        "rem x",
        "\\",
        "😀",
        "",
    ];
    prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(String::from),
        1 => "[ -~]{0,6}",
        // Letters that have been there since long before the oldest Python that may be asked.
        1 => "[ -~¡-ԯ]{0,4}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let header =
        (blank(), word(), blank()).prop_map(|(before, name, after)| format!("{before}[{name}]{after}"));
    let fresh =
        (blank(), "[a-zA-Z]{1,3}", blank(), prop::sample::select(vec!["=", ":", " = "]), blank(), word())
            .prop_map(|(a, name, b, delimiter, c, value)| format!("{a}{name}{b}{delimiter}{c}{value}"));
    let nasty = (
        blank(),
        word(),
        blank(),
        prop::sample::select(vec!["=", ":", "==", ":="]),
        blank(),
        word(),
        blank(),
    )
        .prop_map(|(a, name, b, delimiter, c, value, d)| format!("{a}{name}{b}{delimiter}{c}{value}{d}"));
    let more = (prop::sample::select(vec![" ", "  ", "\t", "\u{a0}", "    "]), word())
        .prop_map(|(indent, text)| format!("{indent}{text}"));
    let comment = (blank(), prop::sample::select(vec!["#", ";", "#x=1", ";[a]", "rem"]))
        .prop_map(|(indent, text)| format!("{indent}{text}"));
    prop_oneof![
        3 => "[a-z]{2,4}".prop_map(|name| format!("[{name}]")),
        2 => header,
        12 => fresh,
        3 => nasty,
        6 => more,
        3 => comment,
        4 => blank(),
        1 => Just("[DEFAULT]".to_string()),
        1 => word(),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\r", "\r\r\n"]);
    let first = prop_oneof![9 => Just("[s]\n".to_string()), 1 => Just(String::new()), 1 => blank()];
    (first, vec((line(), end), 0..14), any::<bool>()).prop_map(|(mut text, lines, ended)| {
        let last = lines.len();
        for (index, (line, end)) in lines.iter().enumerate() {
            text.push_str(line);
            if ended || index + 1 < last {
                text.push_str(end);
            }
        }
        text
    })
}

fn check(oracle: &Oracle, text: &str) -> Result<bool, TestCaseError> {
    let answer = oracle.ask(&json!(text));
    match config::parse(text, Path::new("x.cfg")) {
        Ok(sections) => {
            let mut replaced = sections.clone();
            config::interpolate(&mut replaced);
            let sections: Vec<Value> = sections
                .iter()
                .zip(&replaced)
                .map(|(section, replaced)| {
                    let options = section.options.iter().zip(&replaced.options);
                    let options: Vec<Value> = options
                        .map(|((name, value), (_, replaced))| match &replaced.fault {
                            None => json!([name, value.text, replaced.text]),
                            Some(_) => json!([name, value.text, null]),
                        })
                        .collect();
                    json!([section.name, options])
                })
                .collect();
            prop_assert_eq!(json!({ "sections": sections }), answer);
            Ok(true)
        }
        Err(Error::Syntax { line, message, .. }) => {
            let kind = answer["error"].as_str();
            prop_assert!(kind.is_some(), "refused with {}, but it is {}", message, answer);
            prop_assert_eq!(message.lines().count(), 1);
            let theirs = answer["line"].as_u64();
            match kind {
                // Python goes on after a line that does not parse, and may stop at a duplicate further down.
                Some("DuplicateOptionError" | "DuplicateSectionError") => {
                    prop_assert!(Some(line as u64) <= theirs, "line {} but {}", line, answer);
                }
                _ => prop_assert_eq!(Some(line as u64), theirs),
            }
            Ok(false)
        }
        Err(other) => Err(TestCaseError::fail(format!("not a syntax error: {other}"))),
    }
}

#[test]
fn generated_files_give_what_configparser_gives() {
    let oracle = Oracle::start(&python(), SCRIPT);
    let parsed = std::cell::Cell::new(0);
    for_each(CASES, file(), |text| {
        parsed.set(parsed.get() + u32::from(check(&oracle, &text)?));
        Ok(())
    });
    // The files are nasty, yet enough of them must parse for the comparison to mean something.
    assert!(parsed.get() > CASES / 5, "only {} of {CASES} files parsed", parsed.get());
}

#[test]
fn files_as_people_write_them_give_what_configparser_gives() {
    let oracle = Oracle::start(&python(), SCRIPT);
    for text in [
        "",
        "[build_ext]\ninclude-dirs = /a:/b\nlibraries =\n    m\n    z\n\n[aliases]\nrelease = sdist bdist_wheel\n",
        "[metadata]\ndescription = one\n two\n\n three\n# four\n five\n",
        "[flake8]\nignore =\n    E203, # why\n    W503\n[tool:pytest]\nlog_format = %(asctime)s %(message)s\n",
        "[DEFAULT]\nprefix=/usr\n[install]\nprefix = /opt\n[sdist]\n",
        "[a]\n[]=x\n[]]\nb\n =c\n",
        "[DEFAULT]\nroot=/opt\n[a]\nroot=/srv\nlib=%(Root)s/lib\n  %(root)s\nlong=%(lib)s:%(lib)s\nhalf=50%% %(lib)s\n",
        "[a]\na=%(b)s\nb=%(c)s\nc=%(d)s\nd=%(e)s\ne=%(f)s\nf=%(g)s\ng=%(h)s\nh=%(i)s\ni=%(j)s\nj=%(k)s\nk=1%%\nl=%(m\n)s\n",
        "[a]\na=%(b)s\nb=%(c)s\nc=%(d)s\nd=%(e)s\ne=%(f)s\nf=%(g)s\ng=%(h)s\nh=%(i)s\ni=%(j)s\nj=1\nk=%(k)s\n",
    ] {
        check(&oracle, text).unwrap_or_else(|failure| panic!("{text:?}: {failure}"));
    }
}
