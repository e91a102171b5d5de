//! The language of manifest templates (`MANIFEST.in`): one rule a line.

use std::fmt;

use super::Pattern;
use super::spelling::{PlainPattern, Spelling, plain_spelling};
use crate::words::is_space;
use crate::{Error, Result};

/// The facts about one of the eight words that a rule begins with.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    pub word: &'static str,
    pub arguments: Arguments,
    pub effect: Effect,
    /// Whether a pattern stands for the whole name of a file, or for its end.
    pub anchored: bool,
    /// The warning for a pattern that was of no use; each `%s` is filled with the pattern, then the folder.
    pub useless: &'static str,
}

impl Action {
    /// The action of that word, if there is one.
    pub fn named(word: &str) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.word == word)
    }
}

/// What follows an action's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arguments {
    Patterns,
    FolderAndPatterns,
    Folder,
}

/// What a rule does with the files that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Include,
    Exclude,
}

const ACTIONS: [Action; 8] = [
    Action {
        word: "include",
        arguments: Arguments::Patterns,
        effect: Effect::Include,
        anchored: true,
        useless: "warning: no files found matching '%s'",
    },
    Action {
        word: "exclude",
        arguments: Arguments::Patterns,
        effect: Effect::Exclude,
        anchored: true,
        useless: "warning: no previously-included files found matching '%s'",
    },
    Action {
        word: "global-include",
        arguments: Arguments::Patterns,
        effect: Effect::Include,
        anchored: false,
        useless: "warning: no files found matching '%s' anywhere in distribution",
    },
    Action {
        word: "global-exclude",
        arguments: Arguments::Patterns,
        effect: Effect::Exclude,
        anchored: false,
        useless: "warning: no previously-included files matching '%s' found anywhere in distribution",
    },
    Action {
        word: "recursive-include",
        arguments: Arguments::FolderAndPatterns,
        effect: Effect::Include,
        anchored: true,
        useless: "warning: no files found matching '%s' under directory '%s'",
    },
    Action {
        word: "recursive-exclude",
        arguments: Arguments::FolderAndPatterns,
        effect: Effect::Exclude,
        anchored: true,
        useless: "warning: no previously-included files matching '%s' found under directory '%s'",
    },
    Action {
        word: "graft",
        arguments: Arguments::Folder,
        effect: Effect::Include,
        anchored: true,
        useless: "warning: no directories found matching '%s'",
    },
    Action {
        word: "prune",
        arguments: Arguments::Folder,
        effect: Effect::Exclude,
        anchored: true,
        useless: "no previously-included directories found matching '%s'",
    },
];

/// A line of a template. Its paths are the platform's. [`Display`](fmt::Display) is distutils' debug message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    action: &'static Action,
    folder: Option<String>,
    patterns: Vec<String>,
    spelling: Spelling,
}

impl Rule {
    /// Reads a line, whose paths count as `spelling` says.
    ///
    /// # Errors
    /// [`Error::Template`] in distutils' own words for an unknown action or the wrong number of words, and
    /// where `/` is not the separator, for a path that begins or ends with one.
    pub fn parse(line: &str, spelling: Spelling) -> Result<Self> {
        let mut words = line.split(is_space).filter(|word| !word.is_empty());
        let word = words.next().ok_or_else(|| Error::Template("empty line".to_string()))?;
        let action =
            Action::named(word).ok_or_else(|| Error::Template(format!("unknown action '{word}'")))?;
        let words: Vec<&str> = words.collect();
        let (fits, expected) = match action.arguments {
            Arguments::Patterns => (!words.is_empty(), "<pattern1> <pattern2> ..."),
            Arguments::FolderAndPatterns => (words.len() >= 2, "<dir> <pattern1> <pattern2> ..."),
            Arguments::Folder => (words.len() == 1, "a single <dir_pattern>"),
        };
        if !fits {
            return Err(Error::Template(format!("'{word}' expects {expected}")));
        }
        let mut paths = words.into_iter().map(|word| convert_path(word, spelling));
        let folder = match action.arguments {
            Arguments::Patterns => None,
            Arguments::FolderAndPatterns | Arguments::Folder => paths.next().transpose()?,
        };
        Ok(Rule { action, folder, patterns: paths.collect::<Result<_>>()?, spelling })
    }

    /// The word that the line begins with.
    pub fn action(&self) -> &'static str {
        self.action.word
    }

    pub fn effect(&self) -> Effect {
        self.action.effect
    }

    /// The folder of the recursive rules, the pattern of `graft` and `prune`.
    pub fn folder(&self) -> Option<&str> {
        self.folder.as_deref()
    }

    /// None for `graft` and `prune`.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// What to do, one step after the other: one for each pattern.
    ///
    /// # Errors
    /// [`Error::UnsupportedPattern`], as [`Pattern::glob`].
    pub fn steps(&self) -> Result<Vec<Step>> {
        let lenient = self.spelling == Spelling::Lenient;
        let folder = self.folder.as_ref().map(AsRef::as_ref);
        let step = |pattern: Option<&String>| {
            let useless = self.useless(pattern.map(String::as_str));
            let pattern = pattern.map(AsRef::as_ref);
            let (effect, anchored) = (self.action.effect, self.action.anchored);
            let excludes = effect == Effect::Exclude;
            let plain = if lenient { PlainPattern::of(pattern, anchored, folder, excludes) } else { None };
            let plain = plain.map(|plain| plain.compile()).transpose()?;
            Ok(Step { effect, pattern: Pattern::glob(pattern, anchored, folder)?, plain, lenient, useless })
        };
        match self.action.arguments {
            Arguments::Folder => Ok(vec![step(None)?]),
            _ => self.patterns.iter().map(|pattern| step(Some(pattern))).collect(),
        }
    }

    fn useless(&self, pattern: Option<&str>) -> String {
        let mut arguments = pattern.into_iter().chain(self.folder());
        let mut text = String::new();
        for (at, words) in self.action.useless.split("%s").enumerate() {
            if at > 0 {
                text.extend(arguments.next());
            }
            text.push_str(words);
        }
        text
    }
}

/// The action and its arguments, which distutils prints before it starts on a rule.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.action.word)?;
        self.folder.iter().chain(&self.patterns).try_for_each(|word| write!(f, " {word}"))
    }
}

/// One pattern of a rule, and what to warn of when no file matches it.
#[derive(Debug, Clone)]
pub struct Step {
    pub effect: Effect,
    pub pattern: Pattern,
    /// What the rule also stands for, without `./` and doubled slashes.
    pub plain: Option<Pattern>,
    /// Whether names are compared without `./` and doubled slashes, too.
    pub lenient: bool,
    pub useless: String,
}

/// A path of a setup script or a template, always written with `/`, as the platform writes it
/// (`distutils.util.convert_path`).
///
/// # Errors
/// [`Error::Template`] where `/` is not the separator, if the path is absolute or ends with one.
fn convert_path(path: &str, spelling: Spelling) -> Result<String> {
    if spelling == Spelling::Normalised {
        return Ok(normalised(path));
    }
    if cfg!(not(windows)) || path.is_empty() {
        return Ok(path.to_string());
    }
    if path.starts_with('/') {
        return Err(Error::Template(format!("path '{path}' cannot be absolute")));
    }
    if path.ends_with('/') {
        return Err(Error::Template(format!("path '{path}' cannot end with '/'")));
    }
    let parts: Vec<&str> = path.split('/').filter(|&part| part != ".").collect();
    Ok(if parts.is_empty() { ".".to_string() } else { parts.join(std::path::MAIN_SEPARATOR_STR) })
}

/// What `os.fspath(pathlib.PurePath(path))` is, by which a current setuptools converts paths.
fn normalised(path: &str) -> String {
    let Some(plain) = plain_spelling(path.as_ref()) else {
        return if path.is_empty() {
            ".".to_string()
        } else {
            path.replace('/', std::path::MAIN_SEPARATOR_STR)
        };
    };
    let plain = plain.to_string_lossy();
    // Exactly two slashes in front may mean another root (POSIX), and stay.
    let second = if path.starts_with("//") && !path.starts_with("///") { "/" } else { "" };
    if plain.is_empty() { ".".to_string() } else { format!("{second}{plain}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_rules_are_refused_in_distutils_words() {
        for (line, text) in [
            ("include", "'include' expects <pattern1> <pattern2> ..."),
            ("global-exclude ", "'global-exclude' expects <pattern1> <pattern2> ..."),
            ("recursive-include docs", "'recursive-include' expects <dir> <pattern1> <pattern2> ..."),
            ("prune a b", "'prune' expects a single <dir_pattern>"),
            ("Include a", "unknown action 'Include'"),
        ] {
            assert_eq!(Rule::parse(line, Spelling::Lenient).unwrap_err().to_string(), text);
        }
        assert!(Rule::parse(" ", Spelling::Lenient).is_err());
    }

    #[test]
    fn a_rule_is_its_words_and_has_a_step_for_each_pattern() {
        let rule = Rule::parse("recursive-exclude  docs\t*.a\u{3000}*.b", Spelling::Lenient).unwrap();
        assert_eq!((rule.action(), rule.effect()), ("recursive-exclude", Effect::Exclude));
        assert_eq!(
            (rule.folder(), rule.patterns()),
            (Some("docs"), ["*.a", "*.b"].map(String::from).as_slice())
        );
        assert_eq!(rule.to_string(), "recursive-exclude docs *.a *.b");
        let useless: Vec<String> = rule.steps().unwrap().into_iter().map(|step| step.useless).collect();
        assert_eq!(
            useless,
            [
                "warning: no previously-included files matching '*.a' found under directory 'docs'",
                "warning: no previously-included files matching '*.b' found under directory 'docs'",
            ]
        );
    }

    #[test]
    fn what_a_warning_names_is_not_filled_in_again() {
        let rule = Rule::parse("recursive-include %s %s%s", Spelling::Lenient).unwrap();
        assert_eq!(
            rule.steps().unwrap()[0].useless,
            "warning: no files found matching '%s%s' under directory '%s'"
        );
    }
}
