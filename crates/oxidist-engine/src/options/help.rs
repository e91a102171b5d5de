//! The help text of an option table, in distutils' layout.

use super::OptionRow;

/// The width that help text is kept to, in characters.
const LINE_WIDTH: usize = 78;

/// What stands left and right of an option's names: two spaces and two hyphens, and two spaces of gutter.
const MARGIN: usize = 2 + 2 + 2;

/// How far apart tab stops are.
const TAB_SIZE: usize = 8;

/// The help text for `rows`, one string a line: the header (`Option summary:` for `None` or an empty one),
/// then each option with its names on the left and its explanation, wrapped, in a column of its own.
pub fn generate_help(rows: &[OptionRow], header: Option<&str>) -> Vec<String> {
    let names: Vec<String> = rows.iter().map(names).collect();
    let column = names.iter().map(|names| width(names)).max().unwrap_or(0);
    let text_width = LINE_WIDTH.saturating_sub(column + MARGIN);
    let indent = " ".repeat(column + MARGIN);

    let header = header.filter(|header| !header.is_empty()).unwrap_or("Option summary:");
    let mut lines = vec![header.to_string()];
    for (row, names) in rows.iter().zip(&names) {
        let text = row.help.as_deref().map(|help| wrap_text(help, text_width)).unwrap_or_default();
        let mut text = text.into_iter();
        lines.push(format!("  --{names:<column$}  {}", text.next().unwrap_or_default()));
        lines.extend(text.map(|line| format!("{indent}{line}")));
    }
    lines
}

/// The left column for one option: its long name, and its short one in parentheses.
fn names(row: &OptionRow) -> String {
    match &row.short {
        Some(short) => format!("{} (-{short})", row.name()),
        None => row.name().to_string(),
    }
}

/// `text` in lines of at most `width` characters (at least 1), as `distutils.fancy_getopt.wrap_text` breaks
/// them: a text that fits is left as it is; otherwise tabs are expanded, all white space becomes spaces,
/// lines break at spaces and behind hyphens, and a word that is longer than a line is cut.
pub fn wrap_text(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if self::width(text) <= width {
        return vec![text.to_string()];
    }
    let plain = spaces_only(text);
    let mut chunks = chunks(&plain).into_iter().peekable();
    let mut lines = Vec::new();
    while chunks.peek().is_some() {
        let mut line: Vec<&[char]> = Vec::new();
        let mut length = 0;
        while let Some(chunk) = chunks.next_if(|chunk| length + chunk.len() <= width) {
            length += chunk.len();
            line.push(chunk);
        }
        if let Some(next) = chunks.peek_mut() {
            if line.last().is_some_and(|chunk| is_blank(chunk)) {
                line.pop();
            }
            if length == 0 {
                let (fits, remainder) = next.split_at(width);
                line.push(fits);
                *next = remainder;
            }
            chunks.next_if(|chunk| is_blank(chunk));
        }
        lines.push(line.into_iter().flatten().collect());
    }
    lines
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The characters of `text` with tabs expanded and every ASCII white space made a space.
fn spaces_only(text: &str) -> Vec<char> {
    let mut plain = Vec::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let stop = TAB_SIZE - column % TAB_SIZE;
                plain.resize(plain.len() + stop, ' ');
                column += stop;
            }
            '\n' | '\r' => {
                plain.push(' ');
                column = 0;
            }
            _ => {
                plain.push(if matches!(c, '\x0b' | '\x0c') { ' ' } else { c });
                column += 1;
            }
        }
    }
    plain
}

/// Runs of spaces, runs of hyphens, and what stands between them.
fn chunks(plain: &[char]) -> Vec<&[char]> {
    let kind = |c: char| if matches!(c, ' ' | '-') { c } else { 'x' };
    plain.chunk_by(|&a, &b| kind(a) == kind(b)).collect()
}

fn is_blank(chunk: &[char]) -> bool {
    chunk.first() == Some(&' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_stand_in_one_column_and_wrap_under_themselves() {
        let rows = [
            OptionRow::new("formats=", None, Some("which archives to make")),
            OptionRow::new("keep-temp", Some("k"), Some(&"word ".repeat(20))),
            OptionRow::new("bare", None, None),
            OptionRow::new("also-bare", Some("b"), None),
        ];
        let expected = [
            "Options:",
            "  --formats         which archives to make",
            "  --keep-temp (-k)  word word word word word word word word word word word",
            "                    word word word word word word word word word ",
            "  --bare            ",
            "  --also-bare (-b)  ",
        ];
        assert_eq!(generate_help(&rows, Some("Options:")), expected);
        assert_eq!(generate_help(&[], None), ["Option summary:"]);
    }

    #[test]
    fn lines_break_at_spaces_and_behind_hyphens_and_cut_what_is_too_long() {
        assert_eq!(wrap_text("a well-known thing", 10), ["a well-", "known", "thing"]);
        assert_eq!(wrap_text("extraordinary", 5), ["extra", "ordin", "ary"]);
        assert_eq!(wrap_text("a\tb\n", 3), ["a", "b "]);
        assert_eq!(wrap_text("ab\ncd", 5), ["ab\ncd"]);
        assert_eq!(wrap_text("", 0), [""]);
        assert_eq!(wrap_text("ab", 0), ["a", "b"]);
    }

    #[test]
    fn a_name_wider_than_the_page_leaves_its_explanation_one_character_a_line() {
        let rows = [OptionRow::new(&"x".repeat(80), None, Some("no"))];
        assert_eq!(generate_help(&rows, None).len(), 3);
    }
}
