//! Why a step runs, in the words of what has changed: the flag, the variable, the file.

use std::path::PathBuf;

use super::graph::Graph;
use super::path_bytes;
use super::stamp::Became;

/// Why a node has to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// `--force` was given.
    Forced,
    /// Nothing is remembered of its output.
    New,
    /// Its output was made by other commands; these words of them differ, as [`words`] tells.
    Command(String),
    /// The compiler is another one, or a variable that it obeys has another value, as [`tools`] tells.
    Tools(String),
    /// This file is not what it was.
    Changed(PathBuf, Became),
    /// It is made of other files than it was.
    Inputs(Difference),
    /// The output is not there, or not as it was made.
    Output(Became),
    /// What made it last was killed, or failed.
    Unfinished,
    /// This node makes an input of it anew.
    Maker(usize),
    /// What it makes is needed by this node, and another command has made the file since.
    User(usize),
    /// What it makes is wanted, and another command has made the file since.
    Displaced,
}

/// One file that is in one list and not in the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) added: Option<PathBuf>,
    pub(super) removed: Option<PathBuf>,
}

impl Why {
    /// In a few words, for people.
    pub(super) fn in_words(&self, graph: &Graph<'_>) -> String {
        let output = |node: usize| graph.nodes[node].step.output.display();
        match self {
            Why::Forced => "it is forced".into(),
            Why::New => "it was not built before".into(),
            Why::Command(words) => format!("its command line has changed: {words}"),
            Why::Tools(told) => told.clone(),
            Why::Changed(path, became) => {
                let path = path.display();
                match became {
                    Became::Gone => format!("'{path}' is gone"),
                    Became::There => format!("'{path}' is there now"),
                    _ if path.to_string().is_empty() => "the compiler has not said what it read".into(),
                    _ => format!("'{path}' has changed"),
                }
            }
            Why::Inputs(Difference { added: Some(path), .. }) => format!("'{}' is new in it", path.display()),
            Why::Inputs(Difference { removed: Some(path), .. }) => {
                format!("'{}' is not in it any more", path.display())
            }
            Why::Inputs(_) => "it is made of other files than it was".into(),
            Why::Output(Became::Gone) => "it is gone".into(),
            Why::Output(_) => "it is not as it was made".into(),
            Why::Unfinished => "the last attempt to make it did not end well".into(),
            Why::Maker(node) => format!("'{}' is made again", output(*node)),
            Why::User(node) => format!("'{}' needs it as these commands make it", output(*node)),
            Why::Displaced => "other commands have made it since".into(),
        }
    }
}

/// Options whose value is the next word.
const WITH_VALUE: &[&str] = &[
    "-I",
    "-D",
    "-U",
    "-L",
    "-l",
    "-o",
    "-x",
    "-include",
    "-imacros",
    "-isystem",
    "-idirafter",
    "-iquote",
    "-isysroot",
    "-arch",
    "-target",
    "-framework",
    "-Xlinker",
    "-Xclang",
    "-Xassembler",
    "-Xpreprocessor",
    "-mllvm",
    "--param",
];

/// How many differences are told of.
const TOLD: usize = 6;

/// Longer command lines are compared word by word without looking for what has moved.
const LONGEST: usize = 2000;

/// What is other in the words of a command line than it was: `-O2 → -O3, + -DSPAM, - -Iham`.
pub(super) fn words(before: &[&[u8]], now: &[Vec<u8>]) -> String {
    let now: Vec<&[u8]> = now.iter().map(Vec::as_slice).collect();
    let (before, now) = (options(before), options(&now));
    let (mut removed, added) = difference(&before, &now);
    let mut told = Vec::new();
    let is_one_each = removed.len() == 1 && added.len() == 1;
    for option in &added {
        let same = removed.iter().position(|other| is_one_each || stem(other) == stem(option));
        told.push(match same {
            Some(at) => format!("{} → {}", shown(&removed.remove(at)), shown(option)),
            None => format!("+ {}", shown(option)),
        });
    }
    told.extend(removed.iter().map(|option| format!("- {}", shown(option))));
    match told.len() {
        0 if before.is_empty() => "it is not remembered how it was".into(),
        0 => "its words are in another order".into(),
        count => {
            let more = count.saturating_sub(TOLD);
            told.truncate(TOLD);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            told.join(", ") + &more
        }
    }
}

/// The words, an option and its value together.
fn options(words: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut options: Vec<Vec<u8>> = Vec::with_capacity(words.len());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let takes = WITH_VALUE.iter().any(|option| option.as_bytes() == *word);
        options.push(match words.as_slice().first().filter(|_| takes) {
            Some(value) => {
                words.next();
                [word, &b" "[..], value].concat()
            }
            None => word.to_vec(),
        });
    }
    options
}

/// What two options have alike that may take each other's place: `-O`, `-std=`, `-DNAME`.
fn stem(option: &[u8]) -> &[u8] {
    const LETTERS: &[&[u8]] = &[b"-O", b"-g", b"/O"];
    if let Some(letter) = LETTERS.iter().find(|letter| option.starts_with(letter)) {
        return letter;
    }
    let end = option.iter().position(|byte| *byte == b'=').unwrap_or(option.len());
    &option[..end]
}

/// What is only in the first list, and what is only in the second, each in its order.
fn difference(before: &[Vec<u8>], now: &[Vec<u8>]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let without = |list: &[Vec<u8>], other: &[Vec<u8>]| -> Vec<Vec<u8>> {
        let mut other: Vec<&Vec<u8>> = other.iter().take(LONGEST).collect();
        let mut left = Vec::new();
        for word in list.iter().take(LONGEST) {
            match other.iter().position(|known| *known == word) {
                Some(at) => _ = other.swap_remove(at),
                None => left.push(word.clone()),
            }
        }
        left
    };
    (without(before, now), without(now, before))
}

/// For people: quoted where a shell would take it for several words, without what moves the cursor.
fn shown(option: &[u8]) -> String {
    let text = path_bytes::path(option).to_string_lossy().into_owned();
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// Which compiler or variable is another one than it was; both lists are of
/// [`Tools::told`](super::tools::Tools::told).
pub(super) fn tools(before: &[&[u8]], now: &[Vec<u8>]) -> String {
    let variable = |text: &[u8]| {
        let text = text.strip_prefix(b"=")?;
        let at = text.iter().position(|byte| *byte == b'=')?;
        Some((text[..at].to_vec(), text[at + 1..].to_vec()))
    };
    let programs = |texts: &mut dyn Iterator<Item = &[u8]>| -> Vec<Vec<u8>> {
        texts.filter(|text| variable(text).is_none()).map(<[u8]>::to_vec).collect()
    };
    let was: Vec<_> = before.iter().filter_map(|text| variable(text)).collect();
    let is: Vec<_> = now.iter().filter_map(|text| variable(text)).collect();
    let value = |list: &[(Vec<u8>, Vec<u8>)], name: &Vec<u8>| {
        list.iter().rev().find(|(known, _)| known == name).map(|(_, value)| shown(value))
    };
    for (name, _) in is.iter().chain(&was) {
        let named = shown(name);
        match (value(&was, name), value(&is, name)) {
            (Some(was), Some(is)) if was != is => {
                return format!("the variable {named} has changed: '{was}' → '{is}'");
            }
            (None, Some(is)) => return format!("the variable {named} is set now: '{is}'"),
            (Some(was), None) => return format!("the variable {named} is not set any more: '{was}'"),
            _ => {}
        }
    }
    let was = programs(&mut before.iter().copied());
    let is = programs(&mut now.iter().map(Vec::as_slice));
    let (was, is) = difference(&was, &is);
    let path = |text: &Vec<u8>| shown(text.split(|byte| *byte == 0).next().unwrap_or_default());
    match (was.first().map(path), is.first().map(path)) {
        (Some(was), Some(is)) if was == is => format!("the program '{is}' has changed"),
        (Some(was), Some(is)) => format!("the program is another one: '{was}' → '{is}'"),
        (None, Some(is)) => format!("the program '{is}' is there now"),
        (Some(was), None) => format!("the program '{was}' is gone"),
        (None, None) => "the compiler, or a variable that it obeys, has changed".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, now: &str) -> String {
        let before: Vec<&[u8]> = before.split(' ').map(str::as_bytes).collect();
        let now: Vec<Vec<u8>> = now.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        words(&before, &now)
    }

    #[test]
    fn what_has_changed_in_a_command_line_is_told_by_its_words() {
        assert_eq!(told("gcc -O2 -c a.c", "gcc -O3 -c a.c"), "-O2 → -O3");
        assert_eq!(told("gcc -c a.c", "gcc -DFOO -c a.c"), "+ -DFOO");
        assert_eq!(
            told("gcc -DA=1 -I x -O2 -c a.c", "gcc -O3 -c -DA=2 a.c"),
            "-O2 → -O3, -DA=1 → -DA=2, - -I x"
        );
        assert_eq!(told("gcc -c a.c", "clang -c a.c"), "gcc → clang");
        assert_eq!(told("gcc -isystem a -c a.c", "gcc -isystem b -c a.c"), "-isystem a → -isystem b");
        assert_eq!(told("gcc -Ia -Ib a.c", "gcc -Ib -Ia a.c"), "its words are in another order");
        assert_eq!(told("gcc", "gcc 1 2 3 4 5 6 7 8"), "+ 1, + 2, + 3, + 4, + 5, + 6 and 2 more");
        assert_eq!(told("gcc", "gcc \u{1b}[2J"), "+ ?[2J");
    }

    #[test]
    fn which_variable_or_program_has_changed_is_told() {
        let told = |before: &[&str], now: &[&str]| {
            let before: Vec<&[u8]> = before.iter().map(|text| text.as_bytes()).collect();
            let now: Vec<Vec<u8>> = now.iter().map(|text| text.as_bytes().to_vec()).collect();
            tools(&before, &now)
        };
        let gcc = "/bin/gcc\x001\x002";
        assert_eq!(told(&["=CPATH=a", gcc], &["=CPATH=b", gcc]), "the variable CPATH has changed: 'a' → 'b'");
        assert_eq!(told(&[gcc], &["=CPATH=b=c", gcc]), "the variable CPATH is set now: 'b=c'");
        assert_eq!(told(&["=CPATH=a"], &[]), "the variable CPATH is not set any more: 'a'");
        assert_eq!(told(&[gcc], &["/bin/gcc\x001\x003"]), "the program '/bin/gcc' has changed");
        assert_eq!(
            told(&[gcc], &["/opt/gcc\x001\x002"]),
            "the program is another one: '/bin/gcc' → '/opt/gcc'"
        );
        assert_eq!(told(&[gcc], &[]), "the program '/bin/gcc' is gone");
    }
}
