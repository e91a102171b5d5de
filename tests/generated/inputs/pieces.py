"""What all cases are put together from."""

from __future__ import annotations

import random
from collections.abc import Sequence

Case = dict[str, object]

# What stands for bytes that are not UTF-8, half of a pair, a character beyond 16 bits, letters that change
# their length in another case, digits and white space that are not ASCII.
ODD = [
    *("\udcff", "\udc80", "\ud800", "\U0001f600", "İ", "ß", "٣", "²", "\xa0", "\u2003", "\x1c", "\x85"),
    *("\x00",),
]
BLANKS = [" ", " ", "  ", "\t", "\n", "\r", "\x0b", "\x0c", "\r\n"]


def joined(rng: random.Random, pieces: Sequence[str], most: int, odd: float = 0.03) -> str:
    """Up to `most` pieces, one in `1/odd` of them from `ODD`."""
    return "".join(rng.choice(ODD if rng.random() < odd else pieces) for _ in range(rng.randrange(most + 1)))


def maybe(rng: random.Random, chance: float, value: object) -> object:
    return value if rng.random() < chance else None
