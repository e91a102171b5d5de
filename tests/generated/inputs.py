"""Generated cases for each subject: a function takes a `random.Random` and gives the keywords of a question.

No combining characters: names and patterns are compared in one normal form here, which CPython does not do
(`tests/test_normal_forms.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from templates import FILES, pattern, rule

Case = dict[str, object]

# What stands for bytes that are not UTF-8, half of a pair, a character beyond 16 bits, letters that change
# their length in another case, digits and white space that are not ASCII.
ODD = [
    "\udcff",
    "\udc80",
    "\ud800",
    "\U0001f600",
    "İ",
    "ß",
    "٣",
    "²",
    "\xa0",
    "\u2003",
    "\x1c",
    "\x85",
    "\x00",
]
BLANKS = [" ", " ", "  ", "\t", "\n", "\r", "\x0b", "\x0c", "\r\n"]


def joined(rng: random.Random, pieces: Sequence[str], most: int, odd: float = 0.03) -> str:
    """Up to `most` pieces, one in `1/odd` of them from `ODD`."""
    return "".join(rng.choice(ODD if rng.random() < odd else pieces) for _ in range(rng.randrange(most + 1)))


def maybe(rng: random.Random, chance: float, value: object) -> object:
    return value if rng.random() < chance else None


# -- Versions ---------------------------------------------------------------------------------------

# Python reads no number of more than 4300 digits.
NUMBERS = [
    "0",
    "0",
    "1",
    "1",
    "2",
    "3",
    "9",
    "10",
    "11",
    "007",
    "00",
    "2026",
    "18446744073709551616",
    "9" * 40,
]
LONG = ["9" * 4300, "0" * 4290 + "1" * 11]
VERSION_PIECES = [*NUMBERS, ".", ".", ".", "a", "b", "c", "rc", "pl", "A", "-", "+", " ", "_", "\n", "é"]


def strict_version(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return joined(rng, VERSION_PIECES, 8)
    number = lambda: rng.choice(NUMBERS if rng.random() < 0.999 else LONG)  # noqa: E731
    text = ".".join(number() for _ in range(rng.choice([2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 1, 4])))
    ends = (
        ["a1", "b1", "a0", "b2", "a01", "b10", "a1", "b2"]
        if rng.random() < 0.9
        else ["c1", "rc1", "a", "\n", "a1\n", " "]
    )
    return text + rng.choice(["", *ends] if rng.random() < 0.6 else [""])


def loose_version(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return joined(rng, VERSION_PIECES, 9)
    return strict_version(rng) + rng.choice(
        ["", "", ".dev3", "pl0", ".post1", "-1", "++", "j", "beta29", ".kw"]
    )


def version_value(rng: random.Random, kinds: Sequence[str]) -> tuple[str, object]:
    kind = rng.choice(kinds)
    if kind == "as it is":
        return kind, rng.choice([None, 3, 1.0, True, [1, 0], "", "1.0", "1.0a1", "x"])
    make = loose_version if "loose" in kind or (kind == "text" and rng.random() < 0.5) else strict_version
    return kind, make(rng)


def versions(rng: random.Random) -> Case:
    kinds = ["strict"] * 4 + ["own strict", "text", "as it is", "loose"]
    if rng.random() < 0.5:
        kinds = ["loose"] * 4 + ["own loose", "text", "as it is", "strict"]
    comparison = rng.choice(["eq", "ne", "lt", "le", "gt", "ge"])
    left = version_value(rng, kinds)
    # Often the same once more, in another spelling.
    same = rng.random() < 0.2 and left[0] != "as it is"
    right = (rng.choice(kinds[:6]), left[1]) if same else version_value(rng, kinds)
    return {"left": left, "comparison": comparison, "right": right}


def version_parts(rng: random.Random) -> Case:
    kind = rng.choice(["strict", "own strict", "loose", "own loose"])
    return {"kind": kind, "text": strict_version(rng) if "strict" in kind else loose_version(rng)}


def version_order(rng: random.Random) -> Case:
    kind = rng.choice(["strict", "own strict", "loose", "own loose"])
    make = strict_version if rng.random() < 0.9 else loose_version
    well = [make(rng) for _ in range(rng.randrange(2, 8))]
    return {"kind": kind, "texts": [each for each in well if rng.random() < 0.7 or each[-1:].isdigit()]}


COMPARISONS = ["<", "<=", "==", ">", ">=", "!="]
ODD_COMPARISONS = ["=", "~=", "===", "<>", "", "! ="]
NAMES = ["pkg", "a.b", "_x.y_1", "A", "é", "1x", "a..b", "a.", "a-b", "", "a b", "ſ", "K"]
PREDICATE_PIECES = [
    *NAMES,
    *COMPARISONS,
    *ODD_COMPARISONS,
    "(",
    ")",
    ",",
    " ",
    "1.0",
    "2.1b3",
    "'",
    '"',
    "\\",
    "\n",
    "\t",
]


def comparison_text(rng: random.Random) -> str:
    blank = lambda: rng.choice(["", "", " ", "\t", "  ", "\n", "\x1f", "\u2003"])  # noqa: E731
    comparison = rng.choice(COMPARISONS if rng.random() < 0.93 else ODD_COMPARISONS)
    return f"{blank()}{comparison}{blank()}{strict_version(rng)}{blank()}"


def predicate(rng: random.Random) -> Case:
    if rng.random() < 0.25:
        text = joined(rng, PREDICATE_PIECES, 9)
    else:
        comparisons = ",".join(comparison_text(rng) for _ in range(rng.randrange(4)))
        blank = joined(rng, BLANKS, 1)
        name = rng.choice(NAMES[:4]) if rng.random() < 0.8 else rng.choice(NAMES)
        text = rng.choice(
            [f"{blank}{name}{blank}({comparisons}){blank}", f"{name}{blank}", f"{name} ({comparisons}"]
        )
    return {
        "text": text,
        "versions": [rng.choice(["1.0", "1.0a1", "0.1", "99.9", "x", ""]), strict_version(rng)],
    }


def comparison(rng: random.Random) -> Case:
    return {"text": comparison_text(rng) if rng.random() < 0.7 else joined(rng, PREDICATE_PIECES, 6)}


def provision(rng: random.Random) -> Case:
    if rng.random() < 0.3:
        return {"text": joined(rng, PREDICATE_PIECES, 7)}
    blank = lambda: joined(rng, BLANKS, 1)  # noqa: E731
    name = rng.choice(NAMES)
    bracket = f"({blank()}{strict_version(rng)}{blank()})" if rng.random() < 0.7 else ""
    return {"text": f"{blank()}{name}{blank()}{bracket}{blank()}"}


# -- Texts ------------------------------------------------------------------------------------------


def split_quoted(rng: random.Random) -> Case:
    pieces = [
        "a",
        "b c",
        "-DX",
        "'",
        "'",
        '"',
        '"',
        "\\",
        "\\",
        '\\"',
        "\\'",
        "\\\\",
        "''",
        '""',
        "=",
        "é",
        *BLANKS,
    ]
    return {"text": joined(rng, pieces, 10)}


def strtobool(rng: random.Random) -> Case:
    words = ["y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"]
    text = rng.choice([*words, joined(rng, [*words, " ", "'", "\\", "e", "s", "'\""], 3, odd=0.1)])
    return {"text": "".join(rng.choice([str.upper, str.lower])(letter) for letter in text)}


def rfc822_escape(rng: random.Random) -> Case:
    return {"text": joined(rng, ["a", "long line", ":", *BLANKS, "\n\n", "        ", "\n "], 12)}


def subst_vars(rng: random.Random) -> Case:
    names = ["base", "x", "_", "a1", "HOME", "PLAT", "missing", "É", "1", "A_b", "basex", "py_version"]
    forms = ["$%s", "$%s", "${%s}", "{%s}", "$$%s", "\\$%s", "$(%s)", "$ %s", "%%(%s)s"]
    pieces = [form % name for form in forms for name in names] + [
        "/",
        "a",
        " ",
        "$",
        "\n",
        "é",
        "{",
        "}",
        "\\1",
        "\\g<0>",
    ]
    values = ["v", "", "$x", "${x}", "\\1", "é", "\udcff", 3, None, 1.5, True, ["l"], {"k": "v"}]
    # Where no test may look for the user: HOME is asked of the system only now and then.
    environment = {name: rng.choice(["e", "/home/é", "", "$base"]) for name in names if rng.random() < 0.4}
    environment.pop("", None)
    return {
        "text": joined(rng, pieces, 5),
        "local_vars": {name: rng.choice(values) for name in names if rng.random() < 0.6},
        "environment": environment,
        "checked": rng.randrange(2),
    }


def convert_path(rng: random.Random) -> Case:
    text = joined(rng, ["a", "b.c", "/", "/", ".", "..", "\\", "é", " ", "/./", "c:"], 6)
    return {"text": text, "separator": rng.choice(["/", "\\", ":"])}


def change_root(rng: random.Random) -> Case:
    root = rng.choice(["/root", "root", "", "/", "/a/", "é", "\udcff", "c:\\x"])
    text = joined(rng, ["a", "/", "/", "\\", ".", "..", "é", "c:", "//"], 5)
    return {"root": root, "text": text, "platform": rng.choice(["posix", "posix", "posix", "nt", "java"])}


# -- Patterns and manifests -------------------------------------------------------------------------

GLOB_PIECES = [
    "a",
    "b",
    "c",
    "x",
    "*",
    "*",
    "?",
    "[",
    "]",
    "!",
    "-",
    "^",
    ".",
    "/",
    "\\",
    "&",
    "|",
    "~",
    "$",
    "+",
]
GLOB_PIECES += [
    "(",
    ")",
    "{",
    "#",
    " ",
    "\n",
    "_",
    "0",
    "ß",
    "日",
    "[ab]",
    "[!a]",
    "[a-c]",
    "[c-a]",
    "[!]",
    "[]]",
]
GLOB_PIECES += [
    "[!]a]",
    "[^a]",
    "**",
    "*a",
    "[.]",
    "[a-]",
    "[-a]",
    "[a-c-e]",
    "[[]",
    "[&&]",
    "[/]",
    ".py",
    "[]",
]
NAME_PIECES = [
    "a",
    "b",
    "c",
    "x",
    ".",
    "/",
    "-",
    "]",
    "[",
    "^",
    "!",
    "\\",
    "&",
    "\n",
    "_",
    "ß",
    "日",
    "ab",
    "a/b",
]
REGEXES = [
    r"^a",
    r"\.py$",
    r"(a|b)/",
    r"[^/]*x",
    r"(?i)A",
    r"a{2,}",
    r"\bb",
    r"(.)\1",
    r"(?=a)b?",
    "(",
    "[",
    "*",
    r"\Z",
]
REGEXES += [
    r"",
    r"^$",
    r".",
    r"(?s:.*)\Z",
    r"(?x) a # b",
    r"(?P<n>a)(?P=n)",
    r"\d",
    r"\w\W",
    "\udcff",
    r"\w+é",
]


def glob_pattern(rng: random.Random) -> str:
    return joined(rng, GLOB_PIECES, 8) if rng.random() < 0.6 else pattern(rng)


def names(rng: random.Random, count: int) -> list[str]:
    plain = rng.sample(FILES, count // 2)
    return [*plain, *(joined(rng, NAME_PIECES, 7) for _ in range(count - len(plain)))]


def glob_to_re(rng: random.Random) -> Case:
    return {"pattern": glob_pattern(rng)}


def translate(rng: random.Random) -> Case:
    return {
        "pattern": glob_pattern(rng) if rng.random() < 0.95 else rng.choice([None, ""]),
        "anchor": rng.choice([0, 1, True, False]),
        "prefix": maybe(rng, 0.3, glob_pattern(rng)),
        "names": names(rng, 12),
    }


def pattern_step(rng: random.Random) -> tuple[str, object, Case]:
    keywords: Case = {}
    method = rng.choice(["include_pattern", "include_pattern", "exclude_pattern"])
    if rng.random() < 0.2:
        keywords["is_regex"] = rng.choice([1, True])
        text = rng.choice(REGEXES)
        try:
            compiled = [text, rng.choice([0, 2, 8, 16])]
            return (
                method,
                compiled if rng.random() < 0.3 and text not in ("(", "[", "*") else text,
                keywords,
            )
        finally:
            if rng.random() < 0.2:
                keywords["anchor"], keywords["prefix"] = 0, "a"
    if rng.random() < 0.5:
        keywords["anchor"] = rng.choice([0, 1])
    if rng.random() < 0.3:
        keywords["prefix"] = rng.choice([glob_pattern(rng), "a", "src", "a/b", "", "*", None])
    return method, glob_pattern(rng) if rng.random() < 0.95 else None, keywords


def patterns(rng: random.Random) -> Case:
    steps = [
        ("include_pattern", "*", {"anchor": 0}),
        *(pattern_step(rng) for _ in range(rng.randrange(1, 5))),
    ]
    return {"steps": steps[rng.randrange(2) :], "names": names(rng, 16), "debugging": maybe(rng, 0.1, "1")}


# Few enough for Python's `re` to know most of them already.
WORDS = [
    "*",
    "*.py",
    "a.py",
    "a*",
    "*b*",
    "?.py",
    "[ab].*",
    "[!a]*",
    "*.py[co]",
    "*[.]txt",
    "README",
    ".*",
    "src",
    "a",
]
WORDS += [
    "a/b",
    "*/b",
    "docs",
    "docs/*",
    "src/x.y",
    "x[[]1]",
    "d*/a*",
    ".git",
    "**",
    "*.txt",
    "é.txt",
    "a?b",
    "\\x",
    ".",
]
WORDS += [
    "src/",
    "./a.py",
    "[.*]",
    "[z].c",
    "*.c",
    "*.*",
    "*/",
    "/a.py",
    "s?c",
    "[a-d]*",
    "a b.txt",
    "a\\",
    "#",
    "nothing",
]
ACTIONS = ["include", "exclude", "global-include", "global-exclude", "recursive-include", "recursive-exclude"]


def template_line(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.08:
        return rng.choice(
            ["", "   ", "# nothing", "  # include *", "#", "\\", "\t", "\\#", "include a.py # b.txt"]
        )
    if chance < 0.14:
        return rule(rng)
    action = rng.choice([*ACTIONS, "graft", "prune", "graft"])
    if chance < 0.2:
        action = rng.choice(
            ["INCLUDE", "includes", "recursive-include", "graft", "prune", "include", "é", "global"]
        )
        words = [rng.choice(WORDS) for _ in range(rng.randrange(4))]
    elif action in ("graft", "prune"):
        words = [rng.choice(WORDS)]
    else:
        words = [rng.choice(WORDS) for _ in range(rng.randrange(1, 4) + ("recursive" in action))]
    gap = rng.choice([" "] * 8 + ["  ", "\t", " \\\n", " \\\n   ", " \\\n# between\n", "\x0c", "\xa0"])
    # Joined without a space the words are one, mostly no action then.
    gap = gap if rng.random() < 0.99 else "\\\n"
    line = gap.join([action, *words])
    return (
        rng.choice(["", "", "", " ", "\t"])
        + line
        + rng.choice([""] * 8 + [" ", "  # why", "#", "\\", " \\", "\\#"])
    )


# What the folders are that templates are applied to: the empty one, flat ones, deep ones, links among them.
TREES = 12


def tree(rng: random.Random) -> list[str]:
    """Files of a folder, and links as `name -> target`. None leads in a circle, which CPython walks."""
    files = rng.sample(FILES, rng.choice([0, 3, 8, 20, len(FILES)]))
    files += rng.choice(
        [[], ["build/lib/a.py", "build/x.txt"], ["p-1/setup.py", "a/build/b.py", "src/p-1/x"]]
    )
    files += rng.choice(
        [[], ["CVS/Root", "a/.svn/entries", "src/RCS/a,v", "_darcs/x/y"], ["a\udcff.txt", "z/\udc80/a.py"]]
    )
    links = [
        f"{name} -> {target}" for name, target in [("link", "src"), ("a/up.py", "b.py"), ("gone", "nowhere")]
    ]
    return files + [link for link in links if rng.random() < 0.3]


def manifest(rng: random.Random) -> Case:
    end = rng.choice(["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n"])
    lines = [template_line(rng) for _ in range(rng.randrange(1, 7))]
    if rng.random() < 0.7:
        # Something to take away from.
        lines.insert(0, rng.choice(["global-include *", "graft src", "recursive-include * *", "include *"]))
    return {
        "tree": f"tree{rng.randrange(TREES)}",
        "template": end.join(lines) + rng.choice(["", end, end]),
        "way": rng.choice(["ours", "ours", "listening", "including"]),
        "prune": rng.randrange(2),
    }


def manifest_file(rng: random.Random) -> Case:
    head = rng.choice(
        ["", "# file GENERATED by distutils, do NOT edit\n", "# file GENERATED by distutils, do NOT edit"]
    )
    pieces = [
        "a.py",
        "b c.txt",
        "#",
        "# x",
        "\\",
        "/",
        "é",
        " ",
        "\t",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\x0c",
        "\x0b",
    ]
    odd = ["\udcff", "\x85", "\xa0", "\u2003", "\u2028", "\x1c", "\x1d", "\U0001f600"]
    return {
        "contents": head
        + "".join(rng.choice(pieces if rng.random() < 0.95 else odd) for _ in range(rng.randrange(14)))
    }


# -- Options ----------------------------------------------------------------------------------------

LONGS = [
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
]
LONGS += [
    "build-base=",
    "build=",
    "build",
    "define=",
    "licence",
    "license",
    "a=",
    "b2b=",
    "X11",
    "no-build",
    "x-=",
]
BAD_LONGS = ["", "-x", "=", "==", "x", "1a", "-ab", "under_score", "é1", "with space=", "a\n", "ab\n"]
SHORTS = ["v", "q", "n", "f", "h", "b", "D", "ü", "-", "=", "1", "V", "\U0001f600", "\udcff"]
HELP = [
    "word",
    "a",
    "option",
    "[default: none]",
    "well-known",
    "extraordinarily",
    "ünï",
    "—",
    "   ",
    "--",
    "-",
    "- - ",
]
HELP += ["------------", "supercalifragilisticexpialidocious", "日本", *BLANKS, " ", " ", " ", " "]


def option_row(rng: random.Random, chance_of_bad: float = 0.004) -> list[object]:
    long = rng.choice(LONGS) if rng.random() > chance_of_bad else rng.choice(BAD_LONGS)
    short = maybe(rng, 0.5, rng.choice(SHORTS))
    if rng.random() < chance_of_bad:
        short = rng.choice(["", "vv", "v:", 3])
    row: list[object] = [long, short, maybe(rng, 0.8, joined(rng, HELP, 3))]
    if rng.random() < 0.2:
        row.append(rng.choice([None, 0, 1, True]))
    if rng.random() < chance_of_bad:
        row = rng.choice([row[:2], [*row, 1, 1]])
    return row


def aliases(rng: random.Random) -> dict[str, str]:
    usual = [("quiet", "verbose"), ("no-force", "force"), ("licence", "license"), ("no-build", "build")]
    wild = [(rng.choice(LONGS), rng.choice(LONGS)), ("help", "help")]
    return dict(rng.choice(usual if rng.random() < 0.98 else wild) for _ in range(rng.choice([0, 0, 1, 2])))


def argument(rng: random.Random, rows: Sequence[Sequence[object]]) -> list[str]:
    """Mostly one of the options of `rows`, in one of its forms."""
    value = rng.choice(
        ["", "x", "-", "--", "=", "a=b", "-v", "ünï", "two words", "\udcff", "\ud800", "0", "\n"]
    )
    name, short = str(rng.choice(rows)[0]), rng.choice(SHORTS)
    letters = [str(row[1]) for row in rows if row[1] and not str(row[0]).endswith("=")]
    long = name.rstrip("=") if rng.random() < 0.97 else rng.choice(LONGS).rstrip("=")
    if rng.random() < 0.8:
        cut = long[: rng.randrange(2, len(long) + 1)] if rng.random() < 0.2 and len(long) > 1 else long
        if name.endswith("="):
            return rng.choice([[f"--{cut}={value}"], [f"--{cut}", value]])
        cluster = "".join(rng.choice(letters) for _ in range(rng.randrange(1, 4)) if letters)
        return [rng.choice([f"--{cut}", f"-{cluster}"])]
    odd = [
        f"--{long}={value}",
        f"--{long[:1]}",
        f"-{short}",
        f"-{short}{rng.choice(SHORTS)}",
        f"-{short}{value}",
        value,
    ]
    odd += [
        f"--{joined(rng, ['a', '-', '=', 'é', ':'], 4)}",
        f"-{joined(rng, [*SHORTS, ':', '='], 3)}",
        "build",
    ]
    return [rng.choice(odd)]


def options(rng: random.Random) -> Case:
    steps = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        rows = [option_row(rng) for _ in range(rng.randrange(1, 14))]
        named = {str(row[0]) for row in rows}
        # Most aliases are of options that are there.
        alias, opposite = aliases(rng), aliases(rng)
        for pairs in (alias, opposite):
            for option in {*pairs, *pairs.values()} - named:
                if rng.random() < 0.95:
                    rows.append([option, None, None])
        if rng.random() < 0.03:
            rng.shuffle(rows)
        else:
            # CPython wants what an alias stands for to come first.
            targets = {*alias.values(), *opposite.values()}
            rows.sort(key=lambda row: str(row[0]) not in targets)
        given = maybe(rng, 0.9, {"verbose": 1, "build": "x", "version": 2} if rng.random() < 0.2 else {})
        args = [word for _ in range(rng.randrange(7)) for word in argument(rng, rows)]
        steps.append((rows, alias, opposite, args, given))
    return {"steps": steps}


def help_text(rng: random.Random) -> Case:
    rows = [option_row(rng, 0)[:3] for _ in range(rng.randrange(10))]
    for row in rows:
        row[2] = maybe(rng, 0.99 if row[1] else 0.8, joined(rng, HELP, 25))
        if rng.random() < 0.1:
            row[0] = "".join(rng.choice("abcdefgh-") for _ in range(rng.randrange(2, 40))) + rng.choice(
                ["", "="]
            )
    return {"rows": rows, "header": rng.choice([None, "", "Options:", "Options\nfor it:"])}


def wrap_text(rng: random.Random) -> Case:
    text = joined(rng, HELP, 40)
    return {"text": maybe(rng, 0.98, text), "width": rng.randrange(1, 70)}


# -- Lines and messages -----------------------------------------------------------------------------

SWITCHES = ["strip_comments", "skip_blanks", "lstrip_ws", "rstrip_ws", "join_lines", "collapse_join"]


def text_lines(rng: random.Random) -> Case:
    pieces = ["a", "b c", "\\", "#", "\\\n", "\\#", " \n", "\n", "\n", "\n\n", "é", "\\ \n", *BLANKS]
    odd = ["\udcff", "\x85", "\xa0", "\u2028", "\x1c", "\ufeff"]
    switches: Case = {name: rng.choice([0, 1, True, False]) for name in SWITCHES if rng.random() < 0.6}
    if rng.random() < 0.8:
        switches["errors"] = rng.choice(["strict", "surrogateescape", "replace", "ignore"])
    text = "".join(rng.choice(pieces if rng.random() < 0.97 else odd) for _ in range(rng.randrange(14)))
    return {
        "text": text,
        "options": switches,
        "put_back": rng.choice([None, 1, 2]),
        "from_disk": rng.randrange(2),
    }


def logged(rng: random.Random) -> Case:
    texts = [
        "plain",
        "%s",
        "100%",
        "%d and %s",
        "%%",
        "%(name)s",
        "é",
        "\udcff",
        "two\nlines",
        "",
        3,
        None,
        "%5.2f",
    ]
    calls = []
    for _ in range(rng.randrange(1, 5)):
        function = rng.choice(["debug", "info", "warn", "error", "fatal", "log"])
        args: list[object] = [rng.choice([0, 1, 2, 3, 4, 5, 6, -1, "2", None])] if function == "log" else []
        args.append(rng.choice(texts))
        args += [rng.choice(["x", 3, None, 1.5, {"name": "n"}, "é"]) for _ in range(rng.choice([0, 0, 1, 2]))]
        calls.append((function, args))
    return {"threshold": rng.choice([0, 1, 2, 3, 4, 5, 6]), "calls": calls}


# Those of which most cases are asked, and others.
FOREMOST = [versions, predicate, split_quoted, strtobool, subst_vars, translate, patterns, manifest, options]
OTHERS = [
    version_parts,
    version_order,
    comparison,
    provision,
    rfc822_escape,
    convert_path,
    change_root,
    glob_to_re,
]
OTHERS += [manifest_file, help_text, wrap_text, text_lines, logged]

SUBJECTS: dict[str, Callable[[random.Random], Case]] = {each.__name__: each for each in FOREMOST + OTHERS}
