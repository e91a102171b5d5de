//! Patterns, templates, text files and shell patterns mean what CPython's own distutils takes them for.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test, all of it")]

mod oracle;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use oracle::{Oracle, for_each, python_with_distutils, pythons_with_distutils};
use oxidist_engine::glob::{NamePattern, escape, glob};
use oxidist_engine::manifest::{
    Dialect, FileList, Level, Pattern, Source, Spelling, files_below, glob_to_re, run_template,
    translate_pattern,
};
use oxidist_engine::text_file::{self, Line, Number, located, logical_lines};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const CASES: u32 = 3000;
const CASES_ON_DISK: u32 = 150;

/// Answers each kind of question; what CPython fails on is `{"error": ...}`.
const SCRIPT: &str = r##"
import fnmatch, functools, glob, io, itertools, json, os, re, sys
from distutils import filelist, log, text_file
from distutils.errors import DistutilsTemplateError

def translate(pattern, anchor, prefix, names):
    fnmatch._nextgroupnum = itertools.count().__next__
    compiled = filelist.translate_pattern(pattern, anchor, prefix)
    return {"text": compiled.pattern, "matches": [bool(compiled.search(name)) for name in names]}

def spell(pattern, names):
    fnmatch._nextgroupnum = itertools.count().__next__
    text = filelist.glob_to_re(pattern)
    return {"text": text, "matches": [fnmatch.fnmatchcase(name, pattern) for name in names]}

def search(pattern, names):
    return [bool(re.search(pattern, name)) for name in names]

def apply(lines, files, all_files):
    messages = []
    log.warn = lambda text, *args: messages.append(text % args if args else text)
    chosen = filelist.FileList()
    chosen.files = files
    chosen.allfiles = all_files
    chosen.debug_print = lambda text: None
    for line in lines:
        try:
            chosen.process_template_line(line)
        except DistutilsTemplateError as error:
            messages.append(str(error))
    return {"files": chosen.files, "messages": messages}

def sort(files):
    chosen = filelist.FileList()
    chosen.files = [os.fsdecode(name.encode("latin-1")) for name in files]
    chosen.sort()
    chosen.remove_duplicates()
    return [os.fsencode(name).decode("latin-1") for name in chosen.files]

def read(text, options):
    sys.stderr = io.StringIO()
    try:
        source = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
        file = text_file.TextFile("name", source, **options)
        lines = []
        while True:
            line = file.readline()
            if line is None:
                return {"lines": lines, "warnings": sys.stderr.getvalue()}
            number = file.current_line
            lines.append([line, list(number) if isinstance(number, list) else [number]])
    finally:
        sys.stderr = sys.__stderr__

def find(top):
    os.chdir(top)
    real = functools.lru_cache(None)(os.path.realpath)
    def goes_in_circles(file):
        folders = [real("."), *(real(file[:end]) for end, c in enumerate(file) if c == "/")]
        return len(set(folders)) < len(folders)
    return sorted(file for file in filelist.findall() if not goes_in_circles(file))

def expand(top, pattern):
    os.chdir(top)
    return sorted(glob.glob(pattern))

for question in sys.stdin:
    kind, *arguments = json.loads(question)
    try:
        answer = globals()[kind](*arguments)
    except (re.error, IndexError) as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
"##;

/// Every one at hand: they spell patterns differently.
fn pythons() -> Vec<PathBuf> {
    let pythons = pythons_with_distutils();
    if pythons.is_empty() { vec![python_with_distutils()] } else { pythons }
}

fn oracle(python: &Path) -> Oracle {
    println!("asking {}", python.display());
    Oracle::start(python, SCRIPT)
}

/// One, where it makes no difference which.
fn any_oracle() -> Oracle {
    oracle(&python_with_distutils())
}

fn dialect(oracle: &Oracle) -> Dialect {
    let text = oracle.ask(&json!(["spell", "*a*", []]))["text"].to_string();
    if text.contains("(?>") { Dialect::AtomicGroups } else { Dialect::NamedGroups }
}

/// A pattern's text with its named groups numbered from 0, in the order that they have.
fn renumbered(text: &str) -> String {
    let groups = regex::Regex::new(r"\(\?P<g(\d+)>").unwrap();
    let mut numbers: Vec<usize> = groups.captures_iter(text).map(|found| found[1].parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers.iter().enumerate().fold(text.to_string(), |text, (at, number)| {
        text.replace(&format!("(?P<g{number}>"), &format!("(?P<g{at}>"))
            .replace(&format!("(?P=g{number})"), &format!("(?P=g{at})"))
    })
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().unwrap_or_else(|| panic!("no list: {value}"));
    items.iter().map(|item| item.as_str().unwrap().to_string()).collect()
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_str().unwrap().to_string()).collect()
}

fn text_of(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(pieces), 0..=most).prop_map(|pieces| pieces.concat())
}

/// Anything that could have a meaning, more often than not none that anyone would want.
fn odd_pattern() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "a", "b", "c", "x", "*", "*", "?", "[", "[", "]", "]", "!", "-", "-", "^", ".", "/", "\\", "&", "|",
        "~", "$", "+", "(", "{", "#", " ", "\n", "_", "z", "0", "ß", "日", "[ab]", "[!a]", "[a-c]", "**",
        "*a", "[.]",
    ];
    let inside = text_of(&["a", "b", "c", "-", "-", "-", "!", "^", "\\", ".", "/", "[", "&", "ß"], 6);
    let class = inside.prop_map(|inside| format!("[{inside}]"));
    let few: &[&str] = &["a", "b", "/", "*", "*", "?", "[!x]", "[!a]"];
    prop_oneof![
        2 => text_of(pieces, 10),
        1 => vec(prop_oneof![1 => select(few).prop_map(str::to_string), 1 => class], 1..4)
            .prop_map(|pieces| pieces.concat()),
        2 => text_of(few, 7),
    ]
}

fn odd_name() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "a", "b", "c", "x", ".", "/", "-", "]", "[", "^", "!", "\\", "&", "\n", "_", "ß", "日", "ab", "a/b",
        "*",
    ];
    prop_oneof![1 => text_of(pieces, 8), 1 => text_of(&["a", "b", "/", "-", "\\", "^"], 5)]
}

/// Patterns as people write them.
fn word() -> impl Strategy<Value = String> {
    select(
        &[
            "*.py", "*.txt", "*", "a", "b", "a*", "*b", "?", "*.py[co]", "[!a]*", "doc?", "docs", "src",
            "docs/*", "src/a", "*/b", "*/*.py", "a.py", ".*", "*a*b*", "docs/api", "d*", "**", "*/", "src/",
            ".", "./a.py", "[a-d]*", "x[.]py", "*o*s/a*y", "s?c/*",
        ][..],
    )
    .prop_map(str::to_string)
}

fn path() -> impl Strategy<Value = String> {
    let folder = select(&["a", "b", "docs", "src", "api", "src", ".x"][..]);
    let name =
        select(&["a", "b", "a.py", "b.py", "c.pyc", "a.txt", "docs", ".hidden", "xa.py", "x.py", "ab"][..]);
    (vec(folder, 0..4), name).prop_map(|(mut parts, name)| {
        parts.push(name);
        parts.join("/")
    })
}

fn rule() -> impl Strategy<Value = String> {
    let patterns = |least| vec(word(), least..4).prop_map(|words| words.join(" "));
    let by_patterns = select(&["include", "exclude", "global-include", "global-exclude"][..]);
    let by_folder = select(&["recursive-include", "recursive-exclude"][..]);
    let by_tree = select(&["graft", "prune"][..]);
    prop_oneof![
        4 => (by_patterns, patterns(1)).prop_map(|(action, patterns)| format!("{action} {patterns}")),
        4 => (by_folder, word(), patterns(1)).prop_map(|(action, folder, patterns)| {
            format!("{action} {folder}\t{patterns}")
        }),
        4 => (by_tree, word()).prop_map(|(action, folder)| format!("{action}  {folder} ")),
        1 => (select(&["include", "recursive-include", "graft", "prune", "nothing", "INCLUDE"][..]), patterns(0))
            .prop_map(|(action, patterns)| format!("{action} {patterns}")),
    ]
}

fn lines(rules: &[String]) -> Vec<Line> {
    let number = |at| Number::Line(at + 1);
    rules.iter().enumerate().map(|(at, rule)| Line { text: rule.clone(), number: number(at) }).collect()
}

/// Runs a template as a whole, and tells what CPython would: the files, and all messages but debugging ones.
fn outcome(rules: &[String], files: &[String], source: Source<'_>) -> (Vec<String>, Vec<String>) {
    let files = files.iter().map(PathBuf::from).collect();
    let outcome = run_template(&lines(rules), files, source, Spelling::AsWritten).unwrap();
    let said = outcome.messages.into_iter().filter(|message| message.level != Level::Debug);
    (texts(&outcome.files), said.map(|message| message.text).collect())
}

#[test]
fn patterns_are_translated_and_match_as_in_every_cpython() {
    for python in pythons() {
        let oracle = oracle(&python);
        let dialect = dialect(&oracle);
        let cases =
            (option::weighted(0.9, odd_pattern()), any::<bool>(), option::weighted(0.3, odd_pattern()));
        for_each(CASES, (cases, vec(odd_name(), 12)), |((pattern, anchor, prefix), names)| {
            let answer = oracle.ask(&json!(["translate", pattern, anchor, prefix, names]));
            let compiled =
                Pattern::glob(pattern.as_deref().map(OsStr::new), anchor, prefix.as_deref().map(OsStr::new));
            let text = translate_pattern(pattern.as_deref(), anchor, prefix.as_deref(), dialect);
            if answer.get("error").is_some() {
                prop_assert!(compiled.is_err(), "{}", answer);
                return Ok(());
            }
            prop_assert_eq!(&renumbered(&text), answer["text"].as_str().unwrap());
            match compiled {
                Ok(compiled) => {
                    let matches: Vec<bool> = names.iter().map(|name| compiled.is_match(name)).collect();
                    prop_assert_eq!(json!(matches), answer["matches"].clone(), "{:?} {}", &names, text);
                }
                // Only what a dot in brackets has pushed out of them.
                Err(_) => prop_assert!(text.contains("[^/]") && text.contains('['), "{}", text),
            }
            Ok(())
        });
    }
}

#[test]
fn names_match_shell_patterns_as_fnmatch_has_it() {
    for python in pythons() {
        let oracle = oracle(&python);
        let dialect = dialect(&oracle);
        for_each(CASES, (odd_pattern(), vec(odd_name(), 12)), |(pattern, names)| {
            let answer = oracle.ask(&json!(["spell", pattern, names]));
            prop_assert_eq!(&renumbered(&glob_to_re(&pattern, dialect)), answer["text"].as_str().unwrap());
            let compiled = NamePattern::new(&pattern).unwrap();
            for (name, matches) in names.iter().zip(answer["matches"].as_array().unwrap()) {
                let hidden = name.starts_with('.') && !pattern.starts_with('.');
                prop_assert_eq!(compiled.is_match(name), matches == true && !hidden, "{:?}", name);
            }
            Ok(())
        });
    }
}

#[test]
fn regular_expressions_that_are_taken_on_find_what_re_finds() {
    let pieces = [
        "a", "b", "c", ".", "*", "+", "?", "|", "(", ")", "[", "]", "^", "$", "\\", "-", "/", "{", "}", ",",
        "1", "2", "(?:", "[^", "\\.", "\\w", "\\s", "\\d", "\\S", "\\Z", "\\A", "$", "&&", "~", "[a-c]",
        "a{1,2}", "\\n", "(a|b)", ".*", "\\/",
    ];
    let pattern = vec(select(pieces.to_vec()), 0..8).prop_map(|pieces| pieces.concat());
    let names = vec(
        prop_oneof![
            odd_name(),
            text_of(&["a", "b", "1", "\n", " ", "\u{1d}", "\u{301}", "_", "²", ".", "/"], 6)
        ],
        12,
    );
    let oracle = any_oracle();
    let taken_on = std::cell::Cell::new(0);
    for_each(CASES * 2, (pattern, names), |(pattern, names)| {
        let Ok(compiled) = Pattern::regex(&pattern) else { return Ok(()) };
        taken_on.set(taken_on.get() + 1);
        let matches: Vec<bool> = names.iter().map(|name| compiled.is_match(name)).collect();
        prop_assert_eq!(json!(matches), oracle.ask(&json!(["search", pattern, names])), "{:?}", names);
        Ok(())
    });
    assert!(taken_on.get() > CASES / 2, "only {} patterns were read at all", taken_on.get());
}

#[test]
fn templates_choose_and_warn_as_in_every_cpython() {
    for python in pythons() {
        let oracle = oracle(&python);
        let cases = (vec(rule(), 0..8), vec(path(), 0..5), vec(path(), 0..30));
        for_each(CASES, cases, |(rules, files, all_files)| {
            let answer = oracle.ask(&json!(["apply", rules, files, all_files]));
            let all_files = all_files.iter().map(PathBuf::from).collect();
            let (files, messages) = outcome(&rules, &files, Source::Listed(all_files));
            prop_assert_eq!(files, strings(&answer["files"]));
            prop_assert_eq!(messages, strings(&answer["messages"]));
            Ok(())
        });
    }
}

#[test]
fn lists_are_sorted_and_rid_of_duplicates_as_in_cpython() {
    // Bytes, one a character: not all of them are UTF-8.
    let pieces: &[&str] = &[
        "a",
        "b",
        "/",
        "//",
        ".",
        "-",
        "\u{c3}\u{9f}",
        "\u{ff}",
        "\u{80}",
        "\u{ee}\u{80}\u{80}",
        "\u{f0}\u{9f}\u{90}\u{80}",
    ];
    let bytes = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let file = |text: &str| PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(&bytes(text)));
    let names = vec(vec(select(pieces), 1..5).prop_map(|pieces| pieces.concat()), 0..12);
    let oracle = any_oracle();
    for_each(CASES, names, |names| {
        let mut list =
            FileList { files: names.iter().map(|name| file(name)).collect(), ..FileList::default() };
        list.sort();
        list.remove_duplicates();
        let expected = strings(&oracle.ask(&json!(["sort", names])));
        let expected: Vec<PathBuf> = expected.iter().map(|name| file(name)).collect();
        prop_assert_eq!(&list.files, &expected);
        // Path comparison overlooks doubled separators.
        for (file, expected) in list.files.iter().zip(&expected) {
            prop_assert_eq!(file.as_os_str(), expected.as_os_str());
        }
        Ok(())
    });
}

#[test]
fn text_files_are_read_as_in_cpython() {
    let pieces: &[&str] = &[
        "a", "b c", "#", "\\#", "\\", "\\\n", "\n", "\n", "\r\n", "\r", " ", "\t", "# x\n", " \\\n",
        "\u{a0}", "\u{1c}", "\u{2028}", "\u{feff}", "ü",
    ];
    let options = (any::<[bool; 6]>(),).prop_map(|([comments, blanks, left, right, join, collapse],)| {
        text_file::Options {
            strip_comments: comments,
            skip_blanks: blanks,
            lstrip_ws: left,
            rstrip_ws: right,
            join_lines: join,
            collapse_join: collapse,
        }
    });
    let options = prop_oneof![options, Just(text_file::Options::MANIFEST_TEMPLATE)];
    let oracle = any_oracle();
    for_each(CASES * 2, (text_of(pieces, 16), options), |(text, options)| {
        let keywords = json!({
            "strip_comments": options.strip_comments, "skip_blanks": options.skip_blanks,
            "lstrip_ws": options.lstrip_ws, "rstrip_ws": options.rstrip_ws,
            "join_lines": options.join_lines, "collapse_join": options.collapse_join,
        });
        let answer = oracle.ask(&json!(["read", text, keywords]));
        if answer.get("error").is_some() {
            // CPython looks for a backslash at the end of lines that it has just stripped bare.
            prop_assert!(options.join_lines && !options.skip_blanks);
            return Ok(());
        }
        let found = logical_lines(&text, options);
        let lines: Vec<Value> = found
            .lines
            .iter()
            .map(|line| match line.number {
                Number::Line(number) => json!([line.text, [number]]),
                Number::Lines(first, last) => json!([line.text, [first, last]]),
            })
            .collect();
        prop_assert_eq!(Value::from(lines), answer["lines"].clone());
        let warnings: Vec<String> = found
            .warnings
            .iter()
            .map(|(number, text)| format!("warning: {}\n", located("name", *number, text)))
            .collect();
        prop_assert_eq!(warnings.concat(), answer["warnings"].as_str().unwrap());
        Ok(())
    });
}

/// A tree on disk, and at most one link to a folder in it that may lead round in a circle: CPython goes round
/// forty times, and with two of them never comes back.
fn tree(files: &[String], link: Option<&(String, String)>) -> tempfile::TempDir {
    let top = tempfile::tempdir().unwrap();
    for file in files {
        let path = top.path().join(file);
        // A name may have been taken for a folder, or the other way round.
        if fs::create_dir_all(path.parent().unwrap()).is_ok() && !path.exists() {
            fs::write(path, "").unwrap();
        }
    }
    if let Some((at, target)) = link {
        let at = top.path().join(at);
        if at.parent().is_some_and(Path::is_dir) {
            let _ = std::os::unix::fs::symlink(top.path().join(target), at);
        }
    }
    top
}

fn link() -> impl Strategy<Value = (String, String)> {
    let targets = ["", "src", "src/a", "docs", "a", "nowhere", "a.py", "link"];
    let places = ["link", "src/link", "docs/docs", "a/b", "src/a/link", "link.py", "docs"];
    (select(places.to_vec()), select(targets.to_vec()))
        .prop_map(|(place, target)| (place.to_string(), target.to_string()))
}

#[test]
fn templates_over_trees_with_links_choose_as_in_cpython() {
    let oracle = any_oracle();
    let cases = (vec(path(), 0..25), option::weighted(0.6, link()), vec(vec(rule(), 0..6), 6));
    for_each(CASES_ON_DISK, cases, |(files, link, templates)| {
        let top = tree(&files, link.as_ref());
        let mut found = texts(&files_below(top.path(), &|_| true).files);
        found.sort();
        prop_assert_eq!(&found, &strings(&oracle.ask(&json!(["find", top.path()]))));
        for rules in templates {
            let answer = oracle.ask(&json!(["apply", rules, [], found]));
            let (mut files, messages) = outcome(&rules, &[], Source::Tree(top.path()));
            let mut expected = strings(&answer["files"]);
            files.sort();
            expected.sort();
            prop_assert_eq!(files, expected, "{:?}", &rules);
            prop_assert_eq!(messages, strings(&answer["messages"]), "{:?}", &rules);
        }
        Ok(())
    });
}

#[test]
fn a_tree_read_only_where_rules_reach_gives_what_the_whole_tree_gives() {
    let cases = (vec(path(), 0..40), option::weighted(0.5, link()), vec(vec(rule(), 0..8), 10));
    for_each(CASES_ON_DISK * 2, cases, |(files, link, templates)| {
        let top = tree(&files, link.as_ref());
        let all_files = files_below(top.path(), &|_| true).files;
        for rules in templates {
            let naive = outcome(&rules, &[], Source::Listed(all_files.clone()));
            prop_assert_eq!(outcome(&rules, &[], Source::Tree(top.path())), naive, "{:?}", &rules);
        }
        Ok(())
    });
}

#[test]
fn shell_patterns_find_on_disk_what_glob_finds() {
    let oracle = any_oracle();
    let pattern = prop_oneof![
        word(),
        vec(word(), 1..4).prop_map(|words| words.join("/")),
        text_of(&["a", "*", "?", "/", "//", ".", "src", "docs", "[a-d]", "py", "*.py"], 6),
    ];
    let cases = (vec(path(), 0..25), option::weighted(0.4, link()), vec(pattern, 20));
    for_each(CASES_ON_DISK, cases, |(files, link, patterns)| {
        let top = tree(&files, link.as_ref());
        for pattern in patterns {
            // From the root of the file system a pattern could find anything.
            let pattern = pattern.trim_start_matches('/');
            let expected = strings(&oracle.ask(&json!(["expand", top.path(), pattern])));
            let root = top.path().to_str().unwrap();
            let found = texts(&glob(format!("{}/{pattern}", escape(root))).unwrap());
            let mut found: Vec<&str> = found.iter().map(|path| &path[root.len() + 1..]).collect();
            // An empty pattern finds nothing, but the folder that it is here appended to is there.
            found.retain(|path| !path.is_empty());
            found.sort_unstable();
            prop_assert_eq!(found, expected, "{:?}", pattern);
        }
        Ok(())
    });
}
