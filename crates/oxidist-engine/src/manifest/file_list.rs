//! Lists of files that rules add to and take from: `distutils.filelist.FileList`, step by step or at once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::spelling::{Spelling, plain_name};
use super::{Effect, Pattern, Rule, Step, Walked, files_below};
use crate::effects::on_all_cores;
use crate::glob::path::{compare, join, split};
use crate::text_file::{Line, Number};
use crate::unread::Unread;
use crate::{Error, Result};

/// How many names at least are given to another core: fewer are matched in less time than that takes.
const BATCH: usize = 1024;

/// Files that were chosen, and those to choose from.
///
/// Names are text: none is looked up on disk. Their separators are the platform's, and relative ones are
/// relative to whatever the caller will use them with. A file that is included twice is there twice, until
/// [`remove_duplicates`](FileList::remove_duplicates).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileList {
    pub files: Vec<PathBuf>,
    pub all_files: Vec<PathBuf>,
}

impl FileList {
    /// Adds what matches among all files, in their order; whether there was any.
    pub fn include(&mut self, pattern: &Pattern) -> bool {
        let before = self.files.len();
        let matches = on_all_cores(&self.all_files, BATCH, |file| pattern.is_match(file));
        let found = self.all_files.iter().zip(matches).filter(|(_, matched)| *matched);
        self.files.extend(found.map(|(file, _)| file.clone()));
        self.files.len() > before
    }

    /// Takes out what matches among the chosen files; whether there was any.
    pub fn exclude(&mut self, pattern: &Pattern) -> bool {
        let matches = on_all_cores(&self.files, BATCH, |file| pattern.is_match(file));
        if !matches.contains(&true) {
            return false;
        }
        let mut matches = matches.into_iter();
        self.files.retain(|_| matches.next() != Some(true));
        true
    }

    /// Does what one step of a rule says; whether any file matched.
    pub fn take(&mut self, step: &Step) -> bool {
        match (step.effect, &step.plain) {
            (Effect::Include, plain) => {
                self.include(&step.pattern) || plain.as_ref().is_some_and(|plain| self.include(plain))
            }
            (Effect::Exclude, plain) if step.lenient => {
                self.exclude(&step.pattern) | self.exclude_plain(plain.as_ref().unwrap_or(&step.pattern))
            }
            (Effect::Exclude, _) => self.exclude(&step.pattern),
        }
    }

    /// As [`exclude`](Self::exclude), with `./` and doubled slashes taken out of the names.
    fn exclude_plain(&mut self, pattern: &Pattern) -> bool {
        let before = self.files.len();
        self.files.retain(|file| !pattern.is_match(plain_name(file).as_os_str()));
        self.files.len() < before
    }

    /// Does what a rule says, and returns the warnings about patterns that no file matched.
    ///
    /// # Errors
    /// [`Error::UnsupportedPattern`], as [`Pattern::glob`], before anything is changed.
    pub fn apply(&mut self, rule: &Rule) -> Result<Vec<String>> {
        let steps = rule.steps()?;
        Ok(steps.into_iter().filter_map(|step| (!self.take(&step)).then_some(step.useless)).collect())
    }

    /// Sorts by folder, then by name (so `b` is before `a/b`); more than one separator in a row becomes one.
    pub fn sort(&mut self) {
        let mut parts: Vec<(OsString, OsString)> =
            self.files.iter().map(|file| split(file.as_os_str())).collect();
        parts.sort_unstable_by(|left, right| {
            compare(&left.0, &right.0).then_with(|| compare(&left.1, &right.1))
        });
        self.files = parts.iter().map(|(folder, name)| join(folder, name).into()).collect();
    }

    /// Leaves one of each run of equal names; in a sorted list, of all.
    pub fn remove_duplicates(&mut self) {
        // As text: paths would be equal with a doubled separator in one of them.
        self.files.dedup_by(|right, left| right.as_os_str() == left.as_os_str());
    }
}

/// Where a template's includes find their files.
#[derive(Debug, Clone)]
pub enum Source<'s> {
    /// All files below a folder; names are relative to it.
    Tree(&'s Path),
    /// Exactly these.
    Listed(Vec<PathBuf>),
}

/// What a template came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// In the order in which the rules chose them, neither sorted nor without duplicates.
    pub files: Vec<PathBuf>,
    /// In the order of the template's lines.
    pub messages: Vec<Message>,
    /// What the rules would have chosen, or looked into, and could not read.
    pub unread: Vec<Unread>,
}

/// Something that is to be said about a line of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The line that it is about.
    pub number: Number,
    pub level: Level,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What distutils prints when it is debugged: the rule.
    Debug,
    /// A pattern matched nothing.
    Warning,
    /// The line is no rule, and was passed over.
    Malformed,
}

/// Applies a whole template, beginning with the `files` that are already chosen.
///
/// It chooses what a list of all the source's files would lead to, but of a tree only those folders are read
/// in which something can be included.
///
/// # Errors
/// [`Error::UnsupportedPattern`] if any of the lines has a pattern as [`Pattern::glob`] tells of.
pub fn run_template(
    lines: &[Line],
    files: Vec<PathBuf>,
    source: Source<'_>,
    spelling: Spelling,
) -> Result<Outcome> {
    let mut rules = Vec::with_capacity(lines.len());
    for line in lines {
        rules.push((line.number, read_rule(&line.text, spelling)?));
    }
    let Walked { files: all_files, unread } = match source {
        Source::Listed(files) => Walked { files, ..Walked::default() },
        Source::Tree(top) => reachable(top, rules.iter().filter_map(|(_, rule)| rule.as_ref().ok())),
    };
    let mut list = FileList { files, all_files };
    let mut missed = Missed::of(unread);
    let mut messages = Vec::new();
    for (number, rule) in rules {
        let mut say = |level, text| messages.push(Message { number, level, text });
        match rule {
            Err(text) => say(Level::Malformed, text),
            Ok((text, steps)) => {
                say(Level::Debug, text);
                for step in steps {
                    missed.take(&step);
                    if !list.take(&step) {
                        say(Level::Warning, step.useless);
                    }
                }
            }
        }
    }
    Ok(Outcome { files: list.files, messages, unread: missed.chosen() })
}

/// What could not be read, and which of it the rules choose.
struct Missed {
    unread: Vec<Unread>,
    list: FileList,
}

impl Missed {
    fn of(unread: Vec<Unread>) -> Missed {
        // A folder was looked into since it may hold something: it counts until it is pruned.
        let (folders, links): (Vec<_>, Vec<_>) = unread.iter().partition(|unread| unread.is_folder());
        let files = folders.iter().map(|folder| Missed::name(folder)).collect();
        let all_files = links.iter().map(|link| link.path.clone()).collect();
        Missed { unread, list: FileList { files, all_files } }
    }

    /// The name that rules are asked about: for a folder, that of a file in it.
    fn name(unread: &Unread) -> PathBuf {
        if unread.is_folder() { unread.path.join("?") } else { unread.path.clone() }
    }

    fn take(&mut self, step: &Step) {
        if !self.unread.is_empty() {
            self.list.take(step);
        }
    }

    fn chosen(self) -> Vec<Unread> {
        let Missed { unread, list } = self;
        unread.into_iter().filter(|unread| list.files.contains(&Missed::name(unread))).collect()
    }
}

/// The text and the steps of a rule, or what is wrong with it.
type ReadRule = std::result::Result<(String, Vec<Step>), String>;

fn read_rule(line: &str, spelling: Spelling) -> Result<ReadRule> {
    match Rule::parse(line, spelling) {
        Ok(rule) => Ok(Ok((rule.to_string(), rule.steps()?))),
        Err(Error::Template(text)) => Ok(Err(text)),
        Err(error) => Err(error),
    }
}

/// The files below `top` in each folder where one of the rules could include something.
fn reachable<'r>(top: &Path, rules: impl Iterator<Item = &'r (String, Vec<Step>)>) -> Walked {
    let including: Vec<&Pattern> = rules
        .flat_map(|(_, steps)| steps)
        .filter(|step| step.effect == Effect::Include)
        .flat_map(|step| [Some(&step.pattern), step.plain.as_ref()])
        .flatten()
        .collect();
    files_below(top, &|folder| including.iter().any(|pattern| pattern.may_match_in(folder.as_os_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[cfg(unix)]
    fn texts(files: &[PathBuf]) -> Vec<String> {
        files.iter().map(|file| file.display().to_string()).collect()
    }

    fn template(rules: &[&str]) -> Vec<Line> {
        let numbers = 1..;
        let line =
            |(text, number): (&&str, usize)| Line { text: text.to_string(), number: Number::Line(number) };
        rules.iter().zip(numbers).map(line).collect()
    }

    #[cfg(unix)]
    #[test]
    fn a_template_goes_on_behind_a_line_that_is_no_rule() {
        let lines = template(&["graft src", "grapt docs", "prune src/build", "exclude *.o"]);
        let source = Source::Listed(paths(&["setup.py", "src/a.c", "src/build/a.o"]));
        let outcome = run_template(&lines, paths(&["setup.py"]), source, Spelling::Lenient).unwrap();
        assert_eq!(outcome.files, paths(&["setup.py", "src/a.c"]));
        let said: Vec<(usize, Level, &str)> = outcome
            .messages
            .iter()
            .map(|message| match message.number {
                Number::Line(line) => (line, message.level, message.text.as_str()),
                Number::Lines(..) => unreachable!(),
            })
            .collect();
        assert_eq!(
            said,
            [
                (1, Level::Debug, "graft src"),
                (2, Level::Malformed, "unknown action 'grapt'"),
                (3, Level::Debug, "prune src/build"),
                (4, Level::Debug, "exclude *.o"),
                (4, Level::Warning, "warning: no previously-included files found matching '*.o'"),
            ]
        );
    }

    #[test]
    fn a_pattern_that_only_python_can_read_stops_the_batch_before_it_starts() {
        let lines = template(&["include a", "include [.*]"]);
        let error = run_template(&lines, Vec::new(), Source::Listed(Vec::new()), Spelling::Lenient);
        assert!(matches!(error, Err(Error::UnsupportedPattern(pattern)) if pattern == "[.*]"));
    }

    #[cfg(unix)]
    #[test]
    fn dots_and_doubled_slashes_in_rules_and_names_do_not_matter_on_our_own_ground() {
        let names = ["p/a.py", "p/secret.py", "p/t/x.py"];
        for rule in ["exclude ./p/secret.py", "exclude p//secret.py", "recursive-exclude ./p/. secret.py"] {
            let lines = template(&["graft ./p/", rule, "prune .//p/t"]);
            let packed = |spelling| {
                let listed = Source::Listed(paths(&names));
                let outcome = run_template(&lines, paths(&["./p/secret.py"]), listed, spelling).unwrap();
                (
                    texts(&outcome.files),
                    outcome.messages.iter().any(|message| message.level == Level::Warning),
                )
            };
            assert_eq!(packed(Spelling::Lenient), (vec!["p/a.py".to_string()], false), "{rule}");
            let (kept, warned) = packed(Spelling::AsWritten);
            assert!(warned && !kept.contains(&"p/a.py".to_string()), "{rule}");
            assert_eq!(packed(Spelling::Normalised).0, ["./p/secret.py", "p/a.py"], "{rule}");
        }
        let whole = |rule: &str| {
            let listed = Source::Listed(paths(&names));
            let outcome = run_template(&template(&[rule]), paths(&["b"]), listed, Spelling::Lenient).unwrap();
            outcome.files.len()
        };
        assert_eq!((whole("graft ./"), whole("recursive-include ./ *.py"), whole("prune ./")), (4, 4, 1));
        // As in CPython; but what is to be left out is left out.
        assert_eq!((whole("graft ."), whole("exclude b/"), whole("recursive-exclude . b")), (1, 1, 0));
    }

    #[test]
    fn a_file_is_excluded_however_its_accents_are_spelled() {
        let mut list = FileList { files: paths(&["cafe\u{301}.key", "setup.py"]), ..FileList::default() };
        assert_eq!(
            list.apply(&Rule::parse("exclude caf\u{e9}.key", Spelling::Lenient).unwrap()).unwrap(),
            [""; 0]
        );
        assert_eq!(list.files, paths(&["setup.py"]));
    }

    #[cfg(unix)]
    #[test]
    fn files_are_sorted_by_folder_first() {
        let mut list =
            FileList { files: paths(&["b", "a/x", "a-b", "a//x", "a/b/c"]), ..FileList::default() };
        list.sort();
        list.remove_duplicates();
        assert_eq!(list.files, paths(&["a-b", "b", "a/x", "a/b/c"]));
    }

    #[test]
    fn many_names_keep_their_order_over_all_cores() {
        let names: Vec<PathBuf> = (0..5000).map(|number| PathBuf::from(format!("{number}.py"))).collect();
        let mut list = FileList { all_files: names.clone(), ..FileList::default() };
        assert!(list.include(&Pattern::glob(Some("*.py".as_ref()), true, None).unwrap()));
        assert_eq!(list.files, names);
        assert!(list.exclude(&Pattern::glob(Some("*[1-9].py".as_ref()), true, None).unwrap()));
        let even: Vec<PathBuf> = names.into_iter().step_by(10).collect();
        assert_eq!(list.files, even);
    }
}
