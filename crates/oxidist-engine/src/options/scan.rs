//! The rules of Python's `getopt.getopt`: which arguments are options, and which values they have.

use crate::{Error, Result};

/// An option as it was found among the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: Name,
    /// Empty for an option that takes no value.
    pub value: String,
    /// Where the value stands; `None` for an option that takes none.
    pub place: Option<Place>,
}

/// The name of an option, without its hyphens; a long one in full, however it was shortened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Long(String),
    Short(char),
}

/// Where an option's value begins; it goes on to the end of that argument. Whoever has arguments that are
/// not quite Unicode (Python's surrogate escapes) can cut the value out of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The index of the argument.
    pub argument: usize,
    /// The offset in that argument, in characters.
    pub start: usize,
}

/// Finds the options at the front of `args`, and the index of the first argument after them.
///
/// Short names are one character, long ones a name; `:` and `=` respectively at the end mean that a value
/// follows. A long option may be cut short as long as only one fits. `--` ends the options and is
/// dropped; so does the first argument that is none (a lone `-` among them). Where a name is there twice,
/// the first short one and the long one without a value hold. Errors are [`Error::CommandLine`].
pub fn scan(args: &[String], shorts: &[String], longs: &[String]) -> Result<(Vec<Found>, usize)> {
    let mut scanner = Scanner { args, next: 0, found: Vec::new() };
    while let Some(arg) = args.get(scanner.next) {
        let Some(name) = arg.strip_prefix('-').filter(|name| !name.is_empty()) else { break };
        scanner.next += 1;
        match name.strip_prefix('-') {
            Some("") => break,
            Some(name) => scanner.long(name, longs)?,
            None => scanner.cluster(name, shorts)?,
        }
    }
    Ok((scanner.found, scanner.next))
}

struct Scanner<'a> {
    args: &'a [String],
    /// The argument to look at next.
    next: usize,
    found: Vec<Found>,
}

impl Scanner<'_> {
    /// Reads `--typed` or `--typed=value`, without its hyphens.
    fn long(&mut self, argument: &str, longs: &[String]) -> Result<()> {
        let (typed, value) = match argument.split_once('=') {
            Some((typed, value)) => (typed, Some(value)),
            None => (argument, None),
        };
        let (name, takes_value) = complete(typed, longs)?;
        let (value, place) = match (takes_value, value) {
            (false, None) => (String::new(), None),
            (false, Some(_)) => return Err(fault(format!("--{name} must not have an argument"))),
            (true, None) => self.following().ok_or_else(|| fault(format!("--{name} requires argument")))?,
            (true, Some(value)) => {
                let start = "--=".len() + typed.chars().count();
                (value.to_string(), Some(Place { argument: self.next - 1, start }))
            }
        };
        self.found.push(Found { name: Name::Long(name.to_string()), value, place });
        Ok(())
    }

    /// Reads the letters behind a single hyphen; the first that takes a value takes all that follow it.
    fn cluster(&mut self, letters: &str, shorts: &[String]) -> Result<()> {
        let argument = self.next - 1;
        for (index, (offset, letter)) in letters.char_indices().enumerate() {
            let name = Name::Short(letter);
            if !short_takes_value(letter, shorts)? {
                self.found.push(Found { name, value: String::new(), place: None });
                continue;
            }
            let after = &letters[offset + letter.len_utf8()..];
            let (value, place) = if after.is_empty() {
                self.following().ok_or_else(|| fault(format!("-{letter} requires argument")))?
            } else {
                (after.to_string(), Some(Place { argument, start: "-".len() + index + 1 }))
            };
            self.found.push(Found { name, value, place });
            return Ok(());
        }
        Ok(())
    }

    /// Takes the whole next argument as a value.
    fn following(&mut self) -> Option<(String, Option<Place>)> {
        let value = self.args.get(self.next)?.clone();
        let place = Place { argument: self.next, start: 0 };
        self.next += 1;
        Some((value, Some(place)))
    }
}

/// The full name that `typed` stands for, and whether that takes a value.
fn complete<'a>(typed: &'a str, longs: &'a [String]) -> Result<(&'a str, bool)> {
    let fitting = || longs.iter().map(String::as_str).filter(|long| long.starts_with(typed));
    if fitting().any(|long| long == typed) {
        return Ok((typed, false));
    }
    if fitting().any(|long| long.strip_suffix('=') == Some(typed)) {
        return Ok((typed, true));
    }
    let mut candidates = fitting();
    match (candidates.next(), candidates.next()) {
        (None, _) => Err(fault(format!("--{typed} not recognized"))),
        (Some(_), Some(_)) => Err(fault(format!("--{typed} not a unique prefix"))),
        (Some(long), None) => match long.strip_suffix('=') {
            Some(name) => Ok((name, true)),
            None => Ok((long, false)),
        },
    }
}

fn short_takes_value(letter: char, shorts: &[String]) -> Result<bool> {
    // distutils puts spaces between the letters, so that getopt knows a space, too. No option has it.
    if letter == ' ' && shorts.len() > 1 {
        return Ok(false);
    }
    shorts
        .iter()
        .filter(|_| letter != ':')
        .find_map(|short| short.strip_prefix(letter))
        .map(|mark| mark.starts_with(':'))
        .ok_or_else(|| fault(format!("-{letter} not recognized")))
}

fn fault(what: String) -> Error {
    Error::CommandLine(format!("option {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| word.to_string()).collect()
    }

    fn scanned(args: &[&str]) -> Result<(Vec<Found>, usize), String> {
        let shorts = strings(&["v", "q", "o:", "ü:"]);
        let longs = strings(&["verbose", "version", "out=", "output-dir=", "help"]);
        scan(&strings(args), &shorts, &longs).map_err(|error| error.to_string())
    }

    fn texts(args: &[&str]) -> Vec<(Name, String)> {
        scanned(args).unwrap().0.into_iter().map(|found| (found.name, found.value)).collect()
    }

    fn long(name: &str, value: &str) -> (Name, String) {
        (Name::Long(name.to_string()), value.to_string())
    }

    fn short(name: char, value: &str) -> (Name, String) {
        (Name::Short(name), value.to_string())
    }

    #[test]
    fn long_options_may_be_cut_short_and_take_their_value_either_way() {
        assert_eq!(
            texts(&["--he", "--out", "a", "--output=b=c", "--out="]),
            [long("help", ""), long("out", "a"), long("output-dir", "b=c"), long("out", "")]
        );
    }

    #[test]
    fn letters_cluster_until_one_takes_the_remainder() {
        assert_eq!(
            texts(&["-vqoqv", "-o", "-v", "-vü="]),
            [
                short('v', ""),
                short('q', ""),
                short('o', "qv"),
                short('o', "-v"),
                short('v', ""),
                short('ü', "=")
            ]
        );
    }

    #[test]
    fn options_end_at_the_first_other_argument_or_behind_two_hyphens() {
        assert_eq!(scanned(&["-v", "build", "-q"]).map(|(_, rest)| rest), Ok(1));
        assert_eq!(scanned(&["-v", "-", "-q"]).map(|(_, rest)| rest), Ok(1));
        assert_eq!(scanned(&["-v", "--", "-q"]).map(|(_, rest)| rest), Ok(2));
        assert_eq!(scanned(&["", "-q"]).map(|(_, rest)| rest), Ok(0));
        assert_eq!(scanned(&["-o", "--", "-q"]).map(|(_, rest)| rest), Ok(3));
    }

    #[test]
    fn a_value_can_be_cut_out_of_its_argument() {
        let args = ["-vüé", "--outp=é=", "--out", "ab"];
        for found in scanned(&args).unwrap().0 {
            if let Some(Place { argument, start }) = found.place {
                assert_eq!(args[argument].chars().skip(start).collect::<String>(), found.value);
            } else {
                assert_eq!(found.name, Name::Short('v'));
            }
        }
    }

    #[test]
    fn errors_name_the_option_in_getopts_words() {
        for (args, text) in [
            (&["--nope=1"][..], "option --nope not recognized"),
            (&["--ver"], "option --ver not a unique prefix"),
            (&["--=x"], "option -- not a unique prefix"),
            (&["--hel=x"], "option --help must not have an argument"),
            (&["--out"], "option --out requires argument"),
            (&["-vx"], "option -x not recognized"),
            (&["-v:"], "option -: not recognized"),
            (&["-vo"], "option -o requires argument"),
        ] {
            assert_eq!(scanned(args), Err(text.to_string()));
        }
    }
}
