"""Manifest templates made at random: every rule, with patterns that are hard to read."""

import random
import re

NAMES = ["a.py", "b.pyc", "README", "x.txt", ".hidden", "a b.txt", "[z].c", "\\x", "é.txt", "a.b.c"]
FOLDERS = ["", "a/", "a/b/", "src/", "src/x.y/", "docs/api/", ".git/", "x[1]/"]
FILES = [folder + name for folder in FOLDERS for name in NAMES]

PIECES = ["*", "?", "a", "b", ".py", ".txt", "[ab]", "[!a]", "/", "x", "**", "[.]", "[a-c]", "é", "\\"]
PIECES += ["[", "]", "."]

ACTIONS = ["include", "exclude", "global-include", "global-exclude", "recursive-include", "recursive-exclude"]
FOLDER_ACTIONS = ["graft", "prune"]


def pattern(rng: random.Random) -> str:
    while True:
        text = "".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 6)))
        # Brackets with a dot in them mean something else to each version of fnmatch.
        if re.search(r"\[[^]]*\.[^]]*\*", text) or text.startswith("/"):
            continue
        # What these match is meant to differ: test_spellings.py.
        if not re.search(r"(^|/)(\./|\.?$)|//", text):
            return text


def rule(rng: random.Random) -> str:
    """A line: one in ten is no rule, or has too few words."""
    action = rng.choice([*ACTIONS, *FOLDER_ACTIONS, "unknown"])
    if action in FOLDER_ACTIONS:
        words = [pattern(rng)] * rng.choice([1, 1, 1, 2])
    else:
        words = [pattern(rng) for _ in range(rng.randrange(0, 4))]
    return " ".join([action, *words])
