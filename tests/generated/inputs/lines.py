"""Text files read line by line, and messages of the log."""

from __future__ import annotations

import random

from generated.inputs.pieces import BLANKS, Case

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
