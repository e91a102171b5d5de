"""Option tables, command lines for them, and their help."""

from __future__ import annotations

import random
from collections.abc import Sequence

from generated.inputs.pieces import BLANKS, Case, joined, maybe

LONGS = [
    *("verbose", "version", "verb", "quiet", "dry-run", "dry", "force", "no-force", "help", "help-all"),
    *("build-lib=", "build-base=", "build=", "build", "define=", "licence", "license", "a=", "b2b=", "X11"),
    *("no-build", "x-="),
]
BAD_LONGS = ["", "-x", "=", "==", "x", "1a", "-ab", "under_score", "é1", "with space=", "a\n", "ab\n"]
SHORTS = ["v", "q", "n", "f", "h", "b", "D", "ü", "-", "=", "1", "V", "\U0001f600", "\udcff"]
HELP = [
    *("word", "a", "option", "[default: none]", "well-known", "extraordinarily", "ünï", "—", "   ", "--"),
    *("-", "- - ", "------------", "supercalifragilisticexpialidocious", "日本"),
    *BLANKS,
    *(" ", " ", " ", " "),
]


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
            for option in sorted({*pairs, *pairs.values()} - named):
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
