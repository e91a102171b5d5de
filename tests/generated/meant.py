"""Where an answer is meant to differ from CPython's: nobody can depend on what CPython does there.

docs/compatibility.md tells of each.
"""

from __future__ import annotations

import re

# Subjects, what is found in CPython's answer, and why ours is another one.
MEANT: list[tuple[tuple[str, ...], str, str]] = [
    (
        ("change_root",),
        r"IndexError",
        "an empty path, by Windows' rules: CPython asks for its first character",
    ),
    (
        ("text_lines",),
        r"IndexError",
        "an empty line that is not skipped: CPython asks for its last character",
    ),
    (
        ("help_text",),
        r"TypeError: \* wants int",
        "an option with a letter and no help: CPython cannot show it",
    ),
    (("options",), r"KeyError", "an alias that stands before its option, or leads nowhere"),
    (
        ("options",),
        r"TypeError: .*'NoneType' and 'int'",
        "a switch of an object where it is None: it counts from 0",
    ),
    (("options",), r"AssertionError: boolean option", "an error of the table or of the arguments, by name"),
    (
        ("manifest",),
        r"TypeError: %d format",
        "a rule over two lines that is none: CPython cannot say in which line",
    ),
    (
        ("manifest_file", "text_lines", "manifest"),
        r"UnicodeDecodeError",
        "names that are not UTF-8 are names",
    ),
]


def is_meant(subject: str, theirs: str) -> bool:
    return any(subject in subjects and re.search(found, theirs) for subjects, found, _ in MEANT)


# What does not count: the names of types written in Rust have their module in front, and later Pythons word
# some of their own messages in another way.
WORDED = [
    (r"'distutils\.\w+\.(\w+)'", r"'\1'"),
    (r"\((\d+) digits\)", r"(\1)"),
    (r"\bPatternError: ", "error: "),
]


def plain(answer: str) -> str:
    """An answer without what does not count."""
    for found, instead in WORDED:
        answer = re.sub(found, instead, answer)
    return answer
