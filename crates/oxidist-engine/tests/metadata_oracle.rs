//! `PKG-INFO` is written and read as distutils does it, for generated metadata and for generated text.

mod oracle;

use oracle::{Oracle, for_each, python_with_distutils, pythons_with_distutils};
use oxidist_engine::metadata::{Headers, Metadata, safe_name, safe_version, to_filename};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

const CASES: u32 = 2500;

const SCRIPT: &str = r#"
import io, json, sys, email
from distutils.dist import DistributionMetadata
from distutils.command import install_egg_info

FIELDS = ["name", "version", "author", "author_email", "maintainer", "maintainer_email", "url", "license",
          "description", "long_description", "download_url", "keywords", "platforms", "classifiers",
          "provides", "requires", "obsoletes"]

def write(fields):
    metadata = DistributionMetadata()
    vars(metadata).update(fields)
    file = io.StringIO()
    metadata.write_pkg_file(file)
    return [file.getvalue(), metadata.get_fullname()]

def read(text):
    metadata = DistributionMetadata()
    try:
        metadata.read_pkg_file(io.StringIO(text, newline=""))
    except AttributeError:
        # distutils cannot read "Keywords: UNKNOWN".
        return "broken"
    return {name: getattr(metadata, name) for name in FIELDS}

def headers(text):
    message = email.message_from_file(io.StringIO(text, newline=""))
    return [message.items(), message.get_payload()]

def names(text):
    return [getattr(install_egg_info, name)(text) for name in ("safe_name", "safe_version", "to_filename")]

for question in sys.stdin:
    name, arg = json.loads(question)
    print(json.dumps(globals()[name](arg)), flush=True)
"#;

fn text(words: &'static [&'static str], up_to: usize) -> impl Strategy<Value = String> {
    vec(prop::sample::select(words), 0..up_to).prop_map(|words| words.concat())
}

const WORDS: &[&str] =
    &["", "UNKNOWN", "a", "Ünï", "x y", "\n", "\n\n", " ", "\t", ":", ",", "\r", "\u{2028}", "<a@b.c>"];

fn field() -> impl Strategy<Value = Option<String>> {
    of(text(WORDS, 5))
}

fn list() -> impl Strategy<Value = Option<Vec<String>>> {
    of(vec(text(WORDS, 3), 0..4))
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let fields = (vec(field(), 11), vec(list(), 6));
    fields.prop_map(|(fields, lists)| {
        let (mut fields, mut lists) = (fields.into_iter(), lists.into_iter());
        let mut field = || fields.next().flatten();
        let mut list = || lists.next().flatten();
        Metadata {
            name: field(),
            version: field(),
            author: field(),
            author_email: field(),
            maintainer: field(),
            maintainer_email: field(),
            url: field(),
            license: field(),
            description: field(),
            long_description: field(),
            download_url: field(),
            keywords: list(),
            platforms: list(),
            classifiers: list(),
            provides: list(),
            requires: list(),
            obsoletes: list(),
        }
    })
}

fn as_json(metadata: &Metadata) -> Value {
    json!({
        "name": metadata.name,
        "version": metadata.version,
        "author": metadata.author,
        "author_email": metadata.author_email,
        "maintainer": metadata.maintainer,
        "maintainer_email": metadata.maintainer_email,
        "url": metadata.url,
        "license": metadata.license,
        "description": metadata.description,
        "long_description": metadata.long_description,
        "download_url": metadata.download_url,
        "keywords": metadata.keywords,
        "platforms": metadata.platforms,
        "classifiers": metadata.classifiers,
        "provides": metadata.provides,
        "requires": metadata.requires,
        "obsoletes": metadata.obsoletes,
    })
}

#[test]
fn pkg_info_is_the_same_text_on_every_python_that_has_distutils() {
    let mut pythons = pythons_with_distutils();
    if pythons.is_empty() {
        pythons.push(python_with_distutils());
    }
    for python in pythons {
        let oracle = Oracle::start(&python, SCRIPT);
        for_each(CASES, metadata(), |metadata| {
            let theirs = oracle.ask(&json!(["write", as_json(&metadata)]));
            prop_assert_eq!(
                json!([metadata.to_pkg_info(), metadata.fullname()]),
                theirs,
                "{}",
                python.display()
            );
            Ok(())
        });
    }
}

/// Lines as they stand in a `PKG-INFO`, and lines that should not.
fn pkg_info() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "Metadata-Version",
        "Name",
        "name",
        "VERSION",
        "Summary",
        "Description",
        "Home-page",
        "Author",
        "Author-email",
        "Maintainer",
        "License",
        "Download-URL",
        "Keywords",
        "Platform",
        "Classifier",
        "Requires",
        "Provides",
        "Obsoletes",
        "X-Other",
        "",
        "No Header",
        "É",
        "From ",
        "From here",
        ">x",
    ]);
    let value = prop_oneof![
        3 => text(&["a", "b c", "é", ",", ":", " ", "\t", "UNKNOWN", "1.1", "\u{b}", "\u{85}"], 4),
        1 => Just("UNKNOWN".to_string()),
        1 => Just("1.1".to_string()),
    ];
    let end = || prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", ""]);
    let header = (name, prop::sample::select(vec![": ", ":", ":  \t", " "]), value, end())
        .prop_map(|(name, colon, value, end)| format!("{name}{colon}{value}{end}"));
    let continuation =
        (prop::sample::select(vec![" ", "\t", "        "]), text(&["a", "é", " ", "|", ":"], 4), end())
            .prop_map(|(blank, text, end)| format!("{blank}{text}{end}"));
    let line = prop_oneof![
        12 => header,
        3 => continuation,
        1 => Just("Metadata-Version: 1.1\n".to_string()),
        1 => Just("\n".to_string()),
        1 => Just("From someone\n".to_string()),
        1 => Just("no header\n".to_string()),
    ];
    vec(line, 0..14).prop_map(|lines| lines.concat())
}

#[test]
fn headers_are_read_as_the_email_package_reads_them() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    for_each(2 * CASES, pkg_info(), |text| {
        let headers = Headers::parse(&text);
        prop_assert_eq!(json!([headers.fields, headers.body]), oracle.ask(&json!(["headers", text])));
        Ok(())
    });
}

#[test]
fn pkg_info_is_read_as_distutils_reads_it() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let texts = prop_oneof![2 => pkg_info(), 1 => metadata().prop_map(|metadata| metadata.to_pkg_info())];
    let broken = std::cell::Cell::new(0);
    for_each(2 * CASES, texts, |text| {
        let theirs = oracle.ask(&json!(["read", text]));
        if theirs == json!("broken") {
            broken.set(broken.get() + 1);
            return Ok(());
        }
        prop_assert_eq!(as_json(&Metadata::from_pkg_info(&text)), theirs);
        Ok(())
    });
    assert!(broken.get() < CASES / 4, "{} texts could not be compared", broken.get());
}

#[test]
fn names_become_file_names_as_in_install_egg_info() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    for_each(CASES, text(&["a", "Z", "9", ".", "-", "_", " ", "  ", "é", "\n", "+", "/"], 9), |text| {
        let ours = json!([safe_name(&text), safe_version(&text), to_filename(&text)]);
        prop_assert_eq!(ours, oracle.ask(&json!(["names", text])));
        Ok(())
    });
}
