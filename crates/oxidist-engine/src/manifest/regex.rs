//! Python's regular expressions, as far as they mean exactly the same to the `regex` crate.
//!
//! | kept | changed | left to Python (`None`) |
//! | --- | --- | --- |
//! | characters, `.`, `\|`, `^` | `\Z`; a final `$`, which allows for a newline; `\w`, `\s` | `$` elsewhere, `\b`, `\B` |
//! | `*`, `+`, `?`, `{m,n}`, and lazy ones | groups of all names: none captures | look-around, back-references, flags |
//! | classes: characters, ranges, `\d`, `\w`, `\s` | what is escaped | possessive and repeated quantifiers |

use std::iter::Peekable;
use std::str::Chars;

/// Compiles a pattern of Python's `re` for searching, or `None` if it is malformed or means something else.
pub(super) fn compile(pattern: &str) -> Option<::regex::Regex> {
    let mut reader = Reader { rest: pattern.chars().peekable(), depth: 0, text: String::new() };
    while reader.item()? {}
    (reader.depth == 0).then(|| ::regex::Regex::new(&reader.text).ok())?
}

/// Python's `\w` and `\s`: without marks, and with the separators among the control characters.
const WORD: &str = r"\p{L}\p{N}_";
const SPACE: &str = r"\s\x1c-\x1f";

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    depth: usize,
    text: String,
}

impl Reader<'_> {
    /// Reads one item with its quantifier; `false` at the pattern's end.
    fn item(&mut self) -> Option<bool> {
        let Some(c) = self.rest.next() else { return Some(false) };
        match c {
            '(' => {
                self.open_group()?;
                return Some(true);
            }
            '|' | '^' => {
                self.text.push(c);
                return self.unquantified();
            }
            '$' => {
                self.final_dollar()?;
                return self.unquantified();
            }
            ')' => {
                self.depth = self.depth.checked_sub(1)?;
                self.text.push(c);
            }
            '.' => self.text.push(c),
            '[' => self.class()?,
            '\\' => match self.rest.next()? {
                'A' => {
                    self.text.push_str(r"\A");
                    return self.unquantified();
                }
                'Z' => {
                    self.text.push_str(r"\z");
                    return self.unquantified();
                }
                escaped => match shorthand(escaped) {
                    Some((negated, set)) => {
                        self.text.push_str(&format!("[{}{set}]", if negated { "^" } else { "" }));
                    }
                    None => {
                        let c = escaped_character(escaped)?;
                        self.character(c);
                    }
                },
            },
            '*' | '+' | '?' | '{' => return None,
            _ => self.character(c),
        }
        self.quantifier()
    }

    fn character(&mut self, c: char) {
        self.text.push_str(&::regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    fn open_group(&mut self) -> Option<()> {
        if self.rest.next_if_eq(&'?').is_some() {
            match self.rest.next()? {
                ':' => {}
                'P' => {
                    self.rest.next_if_eq(&'<')?;
                    self.rest.by_ref().find(|&c| c == '>')?;
                }
                _ => return None,
            }
        }
        self.depth += 1;
        self.text.push_str("(?:");
        self.unquantified().map(|_| ())
    }

    /// Nothing may follow a `$` but the ends of groups: only then may the newline before the end be taken
    /// into the match.
    fn final_dollar(&mut self) -> Option<()> {
        self.text.push_str(r"\n?\z");
        self.rest.clone().all(|c| c == ')').then_some(())
    }

    fn unquantified(&mut self) -> Option<bool> {
        match self.rest.peek() {
            Some('*' | '+' | '?' | '{') => None,
            _ => Some(true),
        }
    }

    fn quantifier(&mut self) -> Option<bool> {
        match self.rest.peek().copied() {
            Some(c @ ('*' | '+' | '?')) => {
                self.rest.next();
                self.text.push(c);
            }
            Some('{') => {
                self.rest.next();
                let bounds: String = std::iter::from_fn(|| self.rest.next_if(|&c| c != '}')).collect();
                self.rest.next()?;
                let (least, most) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
                let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                if least.is_empty() || !number(least) || !number(most) {
                    return None;
                }
                self.text.push_str(&format!("{{{bounds}}}"));
            }
            _ => return Some(true),
        }
        if self.rest.next_if_eq(&'?').is_some() {
            self.text.push('?');
        }
        self.unquantified()
    }

    fn class(&mut self) -> Option<()> {
        self.text.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.text.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next()?;
            if c == ']' && !first {
                break;
            }
            first = false;
            let Some(low) = self.class_item(c)? else { continue };
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.next()? != ']' {
                self.rest.next();
                let next = self.rest.next()?;
                self.text.push('-');
                let high = self.class_item(next)??;
                if high < low {
                    return None;
                }
            }
        }
        self.text.push(']');
        Some(())
    }

    /// One character of a class, or a set of them (`Some(None)`).
    fn class_item(&mut self, c: char) -> Option<Option<char>> {
        let c = match c {
            '\\' => {
                let escaped = self.rest.next()?;
                match shorthand(escaped) {
                    Some((true, _)) => return None,
                    Some((false, set)) => {
                        self.text.push_str(set);
                        // As the beginning of a range it is an error.
                        return (self.rest.peek() != Some(&'-')).then_some(None);
                    }
                    None => escaped_character(escaped)?,
                }
            }
            _ => c,
        };
        // Escaped one and all: the crate knows operations that `re` does not.
        if c.is_ascii_punctuation() {
            self.text.push('\\');
        }
        self.text.push(c);
        Some(Some(c))
    }
}

/// A backslash and a letter that stand for a set of characters; `true` for all others than these.
fn shorthand(c: char) -> Option<(bool, &'static str)> {
    Some(match c {
        'd' => (false, r"\d"),
        'D' => (true, r"\d"),
        'w' => (false, WORD),
        'W' => (true, WORD),
        's' => (false, SPACE),
        'S' => (true, SPACE),
        _ => return None,
    })
}

/// The character that a backslash and `c` stand for; `None` for what needs more than one character.
fn escaped_character(c: char) -> Option<char> {
    Some(match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'f' => '\x0c',
        'v' => '\x0b',
        'a' => '\x07',
        _ if c.is_ascii_alphanumeric() => return None,
        _ => c,
    })
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_of_the_shared_language_are_searched_for() {
        for (pattern, name, matches) in [
            (r"(^|/)(RCS|CVS|\.svn|\.hg|\.git|\.bzr|_darcs)/.*", "a/.git/config", true),
            (r"(^|/)(RCS|CVS|\.svn|\.hg|\.git|\.bzr|_darcs)/.*", "a/b.git/config", false),
            (r".*\.py[co]?$", "a.pyc", true),
            (r"(a|b\.txt$)", "b.txt\n", true),
            (r"\Aa{2,3}\Z", "aaa", true),
            (r"\Aa{2,3}\Z", "aaa\n", false),
            (r"^[]\-a-c&&~]+$", "a-&~]", true),
            (r"^[^\s/]+\d$", "a b1", false),
            (r"\w\Z", "e\u{301}", false),
            (r"[[:alpha:]", "[", true),
            (r"(?P<name>x)\<y", "x<y", true),
        ] {
            let compiled = compile(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert_eq!(compiled.is_match(name), matches, "{pattern} {name:?}");
        }
    }

    #[test]
    fn what_means_something_else_or_nothing_is_left_to_python() {
        for pattern in [
            r"(?!a)b", r"(?i)a", r"(a)\1", r"a++", r"a**", r"a$b", r"a$|b", r"\bfoo", r"\pL", "*a", "(a",
            "a)", "[a", "[b-a]", r"[\w-z]", "a{x}", "a{,3}", r"\x41", "a\\", "(?#x)a", "(*)", "^*",
        ] {
            assert!(compile(pattern).is_none(), "{pattern}");
        }
    }
}
