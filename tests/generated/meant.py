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


# What a terminal would obey or not show: docs/limits.md. Line breaks and tabs stay.
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\udc80-\udc9f]"
)


def shown(said: str) -> str:
    """What CPython prints, as ours does: control characters as escapes that can be read."""

    def escape(found: re.Match[str]) -> str:
        code = ord(found[0])
        byte = code - 0xDC00 if code >= 0xDC80 else code
        return "\\r" if code == 13 else f"\\x{byte:02x}" if byte < 0x100 else f"\\u{code:04x}"

    return OBEYED.sub(escape, said)


# What ours says at the end, where a template read at once chooses a link that leads nowhere: name and target.
LOST = "warning: '{}' is a link to '{}', which is not there: left out\n"

# Brackets that only Python's `re` can read: a template with one in a rule is not read at once.
FOR_PYTHON = re.compile(r"\[[^\]\s]*\.[^\]\s]*[*+?{()|^$]")
