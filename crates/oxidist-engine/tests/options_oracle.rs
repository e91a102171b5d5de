//! Option tables, command lines and help texts come out as CPython's `distutils.fancy_getopt` has them.

mod oracle;

use std::cell::Cell;
use std::collections::HashMap;

use oracle::{Oracle, for_each, python_with_distutils};
use oxidist_engine::options::{
    AliasKind, OptionRow, SettingValue, Table, check_aliases, generate_help, wrap_text,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const CASES: u32 = 5000;

/// Answers `wrap` and `help` with lines, and `parse` with one outcome for each step of a parser's life.
const SCRIPT: &str = r#"
import json, sys, warnings
warnings.simplefilter("ignore")
from distutils import fancy_getopt
from distutils.errors import DistutilsError

def parse(steps):
    parser = fancy_getopt.FancyGetopt()
    for rows, aliases, negatives, args in steps:
        target = fancy_getopt.OptionDummy()
        parser.option_order = []
        try:
            parser.set_option_table([tuple(row) for row in rows])
            parser.set_negative_aliases(dict(negatives))
            if aliases is not None:
                parser.set_aliases(dict(aliases))
            rest = parser.getopt(args, target)
        except DistutilsError as error:
            yield {"error": type(error).__name__, "text": str(error)}
            return
        except (KeyError, TypeError, AssertionError) as error:
            yield {"error": type(error).__name__, "text": str(error)}
            return
        yield {
            "rest": rest, "set": vars(target), "order": parser.get_option_order(),
            "short": parser.short_opts, "long": parser.long_opts,
            "short2long": dict(parser.short2long), "takes": dict(parser.takes_arg),
        }

for line in sys.stdin:
    kind, question = json.loads(line)
    if kind == "wrap":
        answer = fancy_getopt.wrap_text(*question)
    elif kind == "help":
        rows, header = question
        answer = fancy_getopt.FancyGetopt([tuple(row) for row in rows]).generate_help(header)
    else:
        answer = list(parse(question))
    print(json.dumps(answer), flush=True)
"#;

/// A row, and whether it has the fourth element that says if it repeats.
#[derive(Debug, Clone)]
struct Row {
    long: String,
    short: Option<String>,
    help: Option<String>,
    repeat: Option<Option<u8>>,
}

impl Row {
    fn question(&self) -> Value {
        match self.repeat {
            None => json!([self.long, self.short, self.help]),
            Some(repeat) => json!([self.long, self.short, self.help, repeat]),
        }
    }

    fn row(&self) -> OptionRow {
        OptionRow {
            long: self.long.clone(),
            short: self.short.clone(),
            help: self.help.clone(),
            repeat: self.repeat != Some(None),
        }
    }
}

/// One use of a parser: rows, aliases if they are set anew, negative aliases, arguments.
type Step = (Vec<Row>, Option<Vec<(String, String)>>, Vec<(String, String)>, Vec<String>);

const LONGS: [&str; 20] = [
    "verbose",
    "version",
    "verb",
    "quiet",
    "dry-run",
    "dry",
    "force",
    "no-force",
    "help",
    "help-all",
    "build-lib=",
    "build-base=",
    "build=",
    "build",
    "define=",
    "licence",
    "license",
    "a=",
    "b2b=",
    "X11",
];

const BAD_LONGS: [&str; 9] = ["", "=", "==", "x", "1a", "-ab", "under_score", "é1", "with space="];

fn long() -> impl Strategy<Value = String> {
    prop_oneof![400 => select(LONGS.to_vec()), 1 => select(BAD_LONGS.to_vec())].prop_map(String::from)
}

fn short() -> impl Strategy<Value = Option<String>> {
    let good = select(vec!["v", "q", "n", "f", "h", "b", "D", "ü", "-", "=", "1"]);
    weighted(0.5, prop_oneof![400 => good, 1 => select(vec!["", "vv", "v:"])].prop_map(String::from))
}

fn row() -> impl Strategy<Value = Row> {
    let repeat = weighted(0.2, select(vec![None, Some(0), Some(1)]));
    (long(), short(), repeat).prop_map(|(long, short, repeat)| Row { long, short, help: None, repeat })
}

fn aliases() -> impl Strategy<Value = Vec<(String, String)>> {
    let usual =
        select(vec![("quiet", "verbose"), ("no-force", "force"), ("licence", "license"), ("help", "help")]);
    let wild = (select(LONGS.to_vec()), select(LONGS.to_vec()));
    vec(prop_oneof![12 => usual, 1 => wild], 0..3)
        .prop_map(|pairs| pairs.into_iter().map(|(a, b)| (a.to_string(), b.to_string())).collect())
}

fn argument() -> impl Strategy<Value = String> {
    let value = select(vec!["", "x", "-", "--", "=", "a=b", "-v", "ünï", "two words"]);
    let name = (select(LONGS.to_vec()), 1..14_usize)
        .prop_map(|(name, length)| name.trim_end_matches('=').chars().take(length).collect::<String>());
    let full = select(LONGS.to_vec()).prop_map(|name| name.trim_end_matches('=').to_string());
    let letters =
        vec(select("vvvqqqfffnhbDü-=1x:".chars().collect::<Vec<_>>()), 1..5).prop_map(String::from_iter);
    prop_oneof![
        4 => name.prop_map(|name| format!("--{name}")),
        6 => full.clone().prop_map(|name| format!("--{name}")),
        3 => (full, value.clone()).prop_map(|(name, value)| format!("--{name}={value}")),
        5 => letters.prop_map(|letters| format!("-{letters}")),
        5 => select("vqnfhbD".chars().collect::<Vec<_>>()).prop_map(|letter| format!("-{letter}")),
        1 => value.prop_map(String::from),
        1 => select(vec!["build", "--=", "--=x", "--no", "-", "---"]).prop_map(String::from),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    // The usual options come first, in an order in which CPython finds what an alias leads to.
    let base = [
        ("verbose", "v"),
        ("quiet", "q"),
        ("force", "f"),
        ("no-force", ""),
        ("license", ""),
        ("licence", ""),
    ];
    let base: Vec<Row> = base
        .iter()
        .map(|(long, short)| Row {
            long: long.to_string(),
            short: Some(short.to_string()).filter(|short| !short.is_empty()),
            help: None,
            repeat: None,
        })
        .collect();
    let rows = (any::<bool>(), vec(row(), 0..7)).prop_map(move |(with_base, mut rows)| {
        if with_base {
            rows.splice(0..0, base.clone());
        }
        rows
    });
    // Most aliases and arguments are of options that are there: nothing but errors would be compared else.
    let (sound, known) = (prop::bool::weighted(0.8), prop::bool::weighted(0.8));
    let parts = (rows, weighted(0.4, aliases()), aliases(), vec(argument(), 0..5), sound, known);
    parts.prop_map(|(rows, mut aliases, mut negatives, mut args, sound, known)| {
        let defined = |name: &String| rows.iter().any(|row| row.long == *name);
        if sound {
            for pairs in aliases.iter_mut().chain([&mut negatives]) {
                pairs.retain(|(alias, option)| defined(alias) && defined(option));
            }
        }
        if known {
            args.retain(|arg| may_fit(arg, &rows));
        }
        (rows, aliases, negatives, args)
    })
}

/// Whether an argument is no option, or one that `rows` may have.
fn may_fit(arg: &str, rows: &[Row]) -> bool {
    match (arg.strip_prefix("--"), arg.strip_prefix('-')) {
        (Some(long), _) => {
            let name = long.split('=').next().unwrap_or_default();
            rows.iter().any(|row| row.long.starts_with(name))
        }
        (None, Some(letters)) => {
            let first = letters.chars().next().map(String::from);
            rows.iter().any(|row| row.short == first)
        }
        (None, None) => true,
    }
}

/// What the engine makes of a parser's steps, as the oracle would tell it.
fn outcomes(steps: &[Step]) -> Vec<Value> {
    let mut takes_value = HashMap::new();
    let mut aliases = Vec::new();
    let mut answers = Vec::new();
    for (rows, new_aliases, negatives, args) in steps {
        let rows: Vec<OptionRow> = rows.iter().map(Row::row).collect();
        let defined = |name: &str| rows.iter().any(|row| row.long == name);
        let table = check_aliases(AliasKind::Negative, negatives, defined)
            .and_then(|()| match new_aliases {
                Some(new) => check_aliases(AliasKind::Alias, new, defined).map(|()| aliases = new.clone()),
                None => Ok(()),
            })
            .and_then(|()| Table::after(takes_value.clone(), &rows, &aliases, negatives));
        let table = match table {
            Ok(table) => table,
            Err(error) => {
                answers.push(json!({ "error": "DistutilsGetoptError", "text": error.to_string() }));
                return answers;
            }
        };
        takes_value.clone_from(table.takes_value());
        match outcome(&table, args) {
            Ok(answer) => answers.push(answer),
            Err((kind, text)) => {
                answers.push(json!({ "error": kind, "text": text }));
                return answers;
            }
        }
    }
    answers
}

fn outcome(table: &Table, args: &[String]) -> Result<Value, (&'static str, String)> {
    let parsed = table.parse(args).map_err(|error| ("DistutilsArgError", error.to_string()))?;
    let mut set: Map<String, Value> = Map::new();
    let mut order = Vec::new();
    for setting in parsed.settings {
        let value = match setting.value {
            SettingValue::Text(text) => {
                if let Some(place) = setting.place {
                    let cut: String = args[place.argument].chars().skip(place.start).collect();
                    assert_eq!(cut, text, "the place of a value is where it stands");
                }
                json!(text)
            }
            SettingValue::Flag(on) => json!(u8::from(on)),
            SettingValue::Count => match set.get(&setting.attribute).map(Value::as_u64) {
                None => json!(1),
                Some(Some(count)) => json!(count + 1),
                Some(None) => return Err(("TypeError", "counting from a text".to_string())),
            },
        };
        order.push(json!([setting.option, value]));
        set.insert(setting.attribute, value);
    }
    let long_of: Map<String, Value> =
        table.short_to_long().iter().map(|(short, long)| (short.to_string(), json!(long))).collect();
    let takes: Map<String, Value> =
        table.takes_value().iter().map(|(long, takes)| (long.clone(), json!(u8::from(*takes)))).collect();
    Ok(json!({
        "rest": args[parsed.rest..], "set": set, "order": order,
        "short": table.short_opts(), "long": table.long_opts(), "short2long": long_of, "takes": takes,
    }))
}

#[test]
fn generated_tables_and_arguments_parse_as_cpython_parses_them() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let (parsed, refused, beyond) = (Cell::new(0), Cell::new(0), Cell::new(0));
    for_each(CASES, vec(step(), 1..4), |steps| {
        let question: Vec<Value> = steps
            .iter()
            .map(|(rows, aliases, negatives, args)| {
                json!([rows.iter().map(Row::question).collect::<Vec<_>>(), aliases, negatives, args])
            })
            .collect();
        let theirs = oracle.ask(&json!(["parse", question]));
        let ours = json!(outcomes(&steps));
        for (index, theirs) in theirs.as_array().into_iter().flatten().enumerate() {
            let ours = &ours[index];
            match theirs["error"].as_str() {
                // An alias before its option, or of an option that went away: CPython breaks, we need not.
                Some("KeyError") => beyond.set(beyond.get() + 1),
                Some("AssertionError") => prop_assert_eq!(&ours["text"], &theirs["text"]),
                Some("TypeError") => prop_assert_eq!(&ours["error"], &theirs["error"]),
                outcome => {
                    prop_assert_eq!(ours, theirs);
                    let counter = if outcome.is_some() { &refused } else { &parsed };
                    counter.set(counter.get() + 1);
                }
            }
        }
        Ok(())
    });
    let counts = (parsed.get(), refused.get(), beyond.get());
    assert!(
        counts.0 > CASES / 4 && counts.1 > CASES / 4 && counts.2 < CASES / 10,
        "lopsided cases: {counts:?}"
    );
}

/// Text as in help: words, hyphens, white space, and things that fit on no line.
fn text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        " ",
        " ",
        " ",
        " ",
        "  ",
        "-",
        "--",
        "\t",
        "\n",
        "\r",
        "\u{b}",
        "\u{c}",
        "\u{a0}",
        "word",
        "a",
        "option",
        "[default: none]",
        "well-known",
        "extraordinarily",
        "ünï",
        "\u{2014}",
        "      ",
        "------------",
        "supercalifragilisticexpialidocious",
    ]);
    vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn generated_texts_wrap_as_in_cpython() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    for_each(CASES, (text(), 1..60_usize), |(text, width)| {
        prop_assert_eq!(json!(wrap_text(&text, width)), oracle.ask(&json!(["wrap", [text, width]])));
        Ok(())
    });
}

#[test]
fn generated_tables_have_the_help_text_that_cpython_gives_them() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let long = prop_oneof![8 => select(LONGS.to_vec()).prop_map(String::from), 1 => "[a-z]{2,30}=?"];
    let short = weighted(0.4, select(vec!["v", "q", "ü"]).prop_map(String::from));
    let row = (long, short, weighted(0.9, text())).prop_map(|(long, short, help)| {
        // CPython cannot show an option with a short name and no help.
        let help = if short.is_some() { Some(help.unwrap_or_default()) } else { help };
        Row { long, short, help, repeat: None }
    });
    let header = select(vec![None, Some(""), Some("Options:"), Some("Options\nfor it:")]);
    for_each(CASES / 5, (vec(row, 0..12), header), |(rows, header)| {
        let question: Vec<Value> = rows.iter().map(Row::question).collect();
        let ours: Vec<OptionRow> = rows.iter().map(Row::row).collect();
        prop_assert_eq!(
            json!(generate_help(&ours, header)),
            oracle.ask(&json!(["help", [question, header]]))
        );
        Ok(())
    });
}
