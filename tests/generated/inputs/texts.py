"""Strings that distutils.util takes apart or changes, and paths."""

from __future__ import annotations

import random

from generated.inputs.pieces import BLANKS, Case, joined


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
