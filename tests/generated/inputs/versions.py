"""Versions, and requirements on them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from generated.inputs.pieces import BLANKS, Case, joined

# Python reads no number of more than 4300 digits.
NUMBERS = [
    *("0", "0", "1", "1", "2", "3", "9", "10", "11", "007", "00", "2026", "18446744073709551616", "9" * 40),
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
    *("(", ")", ",", " ", "1.0", "2.1b3", "'", '"', "\\", "\n", "\t"),
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
