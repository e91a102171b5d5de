//! Version numbers and requirements are parsed and compared as distutils does it: thousands of generated ones.

mod oracle;

use std::cmp::Ordering;

use oracle::{Oracle, for_each, python_with_distutils};
use oxidist_engine::version::{
    LooseVersion, StrictVersion, VersionPredicate, split_comparison, split_provision,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

const CASES: u32 = 4000;

const SCRIPT: &str = r#"
import json, sys
from distutils.version import StrictVersion, LooseVersion
from distutils import versionpredicate

KINDS = {"strict": StrictVersion, "loose": LooseVersion}

def compare(kind, left, right):
    left, right = KINDS[kind](left), KINDS[kind](right)
    return {"text": str(left), "equal": left == right, "order": left._cmp(right)}

def parts(text):
    return [part if isinstance(part, str) else [str(part)] for part in LooseVersion(text).version]

def predicate(text, versions):
    parsed = versionpredicate.VersionPredicate(text)
    return {"name": parsed.name, "text": str(parsed), "satisfied": [attempt(parsed.satisfied_by, v) for v in versions]}

def comparison(text):
    symbol, version = versionpredicate.splitUp(text)
    return [symbol, str(version)]

def provision(text):
    name, version = versionpredicate.split_provision(text)
    return [name, version and str(version)]

def attempt(function, *args):
    try:
        return function(*args)
    except (ValueError, TypeError) as error:
        return {"error": type(error).__name__, "message": str(error)}

for question in sys.stdin:
    name, *args = json.loads(question)
    print(json.dumps(attempt(globals()[name], *args)), flush=True)
"#;

fn oracle() -> Oracle {
    Oracle::start(&python_with_distutils(), SCRIPT)
}

/// An error in the form in which the oracle tells of one.
fn failed(error: oxidist_engine::Error) -> Value {
    let kind = match error {
        oxidist_engine::Error::NoOrder(_) => "TypeError",
        oxidist_engine::Error::Version(_) => "ValueError",
        _ => "another kind",
    };
    json!({"error": kind, "message": error.to_string()})
}

fn number(order: Ordering) -> i32 {
    order as i32
}

fn pieces(pieces: &'static [&'static str], up_to: usize) -> impl Strategy<Value = String> {
    vec(prop::sample::select(pieces), 0..up_to).prop_map(|pieces| pieces.concat())
}

/// Mostly versions, some of them with something wrong.
fn strict() -> impl Strategy<Value = String> {
    let nearly = pieces(&["0", "1", "10", "007", ".", ".", "a", "b", "c", "3", " ", "\n", "-", "١"], 8);
    let part = || {
        prop::sample::select(vec!["0", "1", "2", "10", "01", "18446744073709551616", "99999999999999999999"])
    };
    let pre =
        prop::sample::select(vec!["", "", "", "a1", "b1", "a2", "b0", "a01", "c1", "rc1", "a", "\n", "a1\n"]);
    let well =
        (part(), part(), proptest::option::of(part()), pre).prop_map(
            |(major, minor, patch, pre)| match patch {
                Some(patch) => format!("{major}.{minor}.{patch}{pre}"),
                None => format!("{major}.{minor}{pre}"),
            },
        );
    prop_oneof![1 => nearly, 4 => well]
}

fn loose() -> impl Strategy<Value = String> {
    pieces(
        &[
            "0",
            "1",
            "2",
            "10",
            "007",
            "99999999999999999999",
            ".",
            ".",
            ".",
            "a",
            "b",
            "rc",
            "pl",
            "beta",
            "A",
            "-",
            "+",
            " ",
            "_",
            "é",
            "²",
            "٣",
            "𝟘",
            "𝟡",
            "߀",
            "\n",
            "..",
        ],
        9,
    )
}

#[test]
fn strict_versions_parse_compare_and_print_as_in_distutils() {
    let oracle = oracle();
    let versions = (strict(), strict())
        .prop_filter("an empty text is never parsed", |(a, b)| !a.is_empty() && !b.is_empty());
    for_each(CASES, versions, |(left, right)| {
        let ours = (|| {
            let (left, right): (StrictVersion, StrictVersion) = (left.parse()?, right.parse()?);
            Ok(json!({"text": left.to_string(), "equal": left == right, "order": number(left.cmp(&right))}))
        })();
        prop_assert_eq!(ours.unwrap_or_else(failed), oracle.ask(&json!(["compare", "strict", left, right])));
        Ok(())
    });
}

#[test]
fn loose_versions_compare_part_by_part_and_mixed_parts_have_no_order() {
    let oracle = oracle();
    let versions = (loose(), loose())
        .prop_filter("an empty text is never parsed", |(a, b)| !a.is_empty() && !b.is_empty());
    for_each(CASES, versions, |(left, right)| {
        let (this, that) = (LooseVersion::new(&left), LooseVersion::new(&right));
        let ours = this
            .compare(&that)
            .map(|order| json!({"text": this.to_string(), "equal": this == that, "order": number(order)}));
        prop_assert_eq!(ours.unwrap_or_else(failed), oracle.ask(&json!(["compare", "loose", left, right])));
        Ok(())
    });
}

#[test]
fn loose_versions_fall_into_the_same_parts() {
    use oxidist_engine::version::Part;
    let oracle = oracle();
    for_each(CASES, loose().prop_filter("an empty text is never parsed", |text| !text.is_empty()), |text| {
        let parts: Vec<Value> = LooseVersion::new(&text)
            .parts
            .iter()
            .map(|part| match part {
                Part::Number(number) => json!([number.to_string()]),
                Part::Word(word) => json!(word),
            })
            .collect();
        prop_assert_eq!(json!(parts), oracle.ask(&json!(["parts", text])));
        Ok(())
    });
}

#[test]
fn digits_of_every_script_have_their_value() {
    let oracle = oracle();
    for number in 0..=0x10_FFFF {
        let Some(character) = char::from_u32(number).filter(|character| character.is_numeric()) else {
            continue;
        };
        let text = format!("{character}1");
        let parts: Vec<Value> = LooseVersion::new(&text)
            .parts
            .iter()
            .map(|part| match part {
                oxidist_engine::version::Part::Number(number) => json!([number.to_string()]),
                oxidist_engine::version::Part::Word(word) => json!(word),
            })
            .collect();
        let theirs = oracle.ask(&json!(["parts", text]));
        // A digit that came into Unicode after this Python is no digit for it.
        if theirs != json!([character.to_string(), ["1"]]) {
            assert_eq!(json!(parts), theirs, "U+{number:04X}");
        }
    }
}

/// Requirements, many of them with something wrong.
fn requirement() -> impl Strategy<Value = String> {
    let nearly = pieces(
        &[
            "pkg",
            "a.b",
            "_x",
            "1x",
            ".",
            "-",
            " ",
            "(",
            ")",
            ",",
            "<",
            ">",
            "=",
            "==",
            ">=",
            "<=",
            "!=",
            "1.0",
            "2.1b3",
            "1",
            "é",
            "\n",
            "\t",
            "'",
            "\"",
            "\\",
            "\u{1c}",
            "\u{a0}",
            "\u{200b}",
            "\u{ad}",
            "\u{7f}",
            "\u{1F600}",
            "\u{feff}",
        ],
        10,
    );
    let one = || {
        (
            pieces(&[" ", "", "\t", "\u{1f}"], 3),
            prop::sample::select(vec!["<", "<=", "==", ">", ">=", "!=", "=", "~="]),
            pieces(&[" ", ""], 3),
            strict(),
            pieces(&[" ", ""], 2),
        )
            .prop_map(|(a, symbol, b, version, c)| format!("{a}{symbol}{b}{version}{c}"))
    };
    let well = (pieces(&["pkg", "a.b", " "], 3), vec(one(), 0..4), pieces(&[" ", "\n", ")"], 2)).prop_map(
        |(name, list, end)| {
            if list.is_empty() { format!("{name}{end}") } else { format!("{name} ({}){end}", list.join(",")) }
        },
    );
    prop_oneof![1 => nearly, 2 => well]
}

#[test]
fn requirements_mean_what_they_mean_in_distutils() {
    let oracle = oracle();
    let versions = ["0.1", "1.0", "1.0a1", "2.1b3", "10.2", "nonsense"];
    for_each(CASES, requirement(), |text| {
        let ours = text.parse::<VersionPredicate>().map(|predicate| {
            let satisfied: Vec<Value> = versions
                .iter()
                .map(|version| predicate.is_satisfied_by_text(version).map_or_else(failed, |yes| json!(yes)))
                .collect();
            json!({"name": predicate.name, "text": predicate.to_string(), "satisfied": satisfied})
        });
        prop_assert_eq!(ours.unwrap_or_else(failed), oracle.ask(&json!(["predicate", text, versions])));
        Ok(())
    });
}

#[test]
fn comparisons_alone_parse_as_in_distutils() {
    let oracle = oracle();
    let text = pieces(&["<", ">", "=", "!", " ", "1.0", "1.2b3", ",", "x", "\n", "\u{2003}"], 6);
    for_each(CASES, text, |text| {
        let ours = split_comparison(&text)
            .map(|(comparison, version)| json!([comparison.symbol(), version.to_string()]));
        prop_assert_eq!(ours.unwrap_or_else(failed), oracle.ask(&json!(["comparison", text])));
        Ok(())
    });
}

#[test]
fn provisions_are_split_as_in_distutils() {
    let oracle = oracle();
    let text = pieces(&["pkg", "a.b", ".", " ", "(", ")", "1.0", "1.2b3", "x", "\n", "\u{a0}", "é", "'"], 7);
    for_each(CASES, text, |text| {
        let ours = split_provision(&text)
            .map(|(name, version)| json!([name, version.map(|version| version.to_string())]));
        prop_assert_eq!(ours.unwrap_or_else(failed), oracle.ask(&json!(["provision", text])));
        Ok(())
    });
}
