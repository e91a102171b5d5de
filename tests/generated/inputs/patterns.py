"""Patterns of file names, templates and lists of a manifest, and the folders that they are applied to."""

from __future__ import annotations

import random

from generated.inputs.pieces import Case, joined, maybe
from templates import FILES, pattern, rule

GLOB_PIECES = [
    *("a", "b", "c", "x", "*", "*", "?", "[", "]", "!", "-", "^", ".", "/", "\\", "&", "|", "~", "$", "+"),
    *("(", ")", "{", "#", " ", "\n", "_", "0", "ß", "日", "[ab]", "[!a]", "[a-c]", "[c-a]", "[!]", "[]]"),
    *("[!]a]", "[^a]", "**", "*a", "[.]", "[a-]", "[-a]", "[a-c-e]", "[[]", "[&&]", "[/]", ".py", "[]"),
]
NAME_PIECES = [
    *("a", "b", "c", "x", ".", "/", "-", "]", "[", "^", "!", "\\", "&", "\n", "_", "ß", "日", "ab", "a/b"),
]
REGEXES = [
    *(r"^a", r"\.py$", r"(a|b)/", r"[^/]*x", r"(?i)A", r"a{2,}", r"\bb", r"(.)\1", r"(?=a)b?", "(", "["),
    *("*", r"\Z", r"", r"^$", r".", r"(?s:.*)\Z", r"(?x) a # b", r"(?P<n>a)(?P=n)", r"\d", r"\w\W"),
    *("\udcff", r"\w+é"),
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
    *("*", "*.py", "a.py", "a*", "*b*", "?.py", "[ab].*", "[!a]*", "*.py[co]", "*[.]txt", "README", ".*"),
    *("src", "a", "a/b", "*/b", "docs", "docs/*", "src/x.y", "x[[]1]", "d*/a*", ".git", "**", "*.txt"),
    *("é.txt", "a?b", "\\x", ".", "src/", "./a.py", "[.*]", "[z].c", "*.c", "*.*", "*/", "/a.py", "s?c"),
    *("[a-d]*", "a b.txt", "a\\", "#", "nothing"),
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
