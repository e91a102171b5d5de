"""distutils.sysconfig: Makefiles, pyconfig.h, and references to variables, read as CPython reads them."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import interpreters
import pytest
from same_interpreter import BOUNDED, WITH_DISTUTILS, answers, every_distutils


def configuration_files() -> tuple[list[str], list[str]]:
    """The Makefiles, and the pyconfig.h files, of every Python on the machine."""
    question = "import sysconfig; print(sysconfig.get_makefile_filename(), sysconfig.get_config_h_filename())"
    makefiles, headers = [], []
    for each in interpreters.found():
        done = subprocess.run([each.path, "-S", "-c", question], capture_output=True, text=True, check=True)
        makefile, header = done.stdout.split()
        makefiles.append(makefile)
        headers.append(header)
    return makefiles, headers


# Both may refuse a file: what they then raise is the answer. An endless loop is none.
PARSE = f"""{BOUNDED}
from distutils import sysconfig

outcome = []
for path in questions:
    try:
        with bounded(path):
            if path.endswith(".h"):
                with open(path, encoding="utf-8") as stream:
                    found = sysconfig.parse_config_h(stream)
            else:
                found = sysconfig.parse_makefile(path)
        outcome.append([[name, ascii(value)] for name, value in found.items()])
    except (Endless, KeyError) as error:
        outcome.append(type(error).__name__)
told(outcome)
"""


@every_distutils
def test_the_configuration_of_every_python_here_is_read_as_cpython_reads_it(python, tmp_path) -> None:
    makefiles, headers = configuration_files()
    ours, theirs = answers(python, PARSE, makefiles + headers, tmp_path)
    assert ours == theirs
    assert all(len(values) > 100 for values in ours[: len(makefiles)])


def nasty_makefile(rng: random.Random) -> bytes:
    names = "AA BB CC DD_1 CFLAGS PY_CFLAGS LDFLAGS PY_LDFLAGS CPPFLAGS X FROM_ENV".split()
    pieces = [
        *(f"$({name})" for name in names),
        *(f"${{{name}}}" for name in names),
        *(
            "$$",
            "$",
            "$(",
            "${AA)",
            "$(1)",
            "$()",
            "$(AA",
            "\\#",
            "#",
            "=",
            " = ",
            " ",
            "\t",
            "x",
            "-O2",
            "'",
        ),
        *(
            '"',
            "1",
            "007",
            "-3",
            "1_000",
            "+5",
            "é",
            "\udcff",
            "\\\n",
            " \\\n  ",
            "\x0b",
            "\xa0",
            "$(shell ls)",
        ),
    ]
    starts = ["", "", "", " ", "\t", "export ", "# "]
    signs = ["=", " = ", "\t=\t", ":=", " += ", "?=", "==", "", "= \\\n"]
    lines = []
    for _ in range(rng.randrange(1, 14)):
        value = "".join(rng.choices(pieces, k=rng.randrange(0, 5)))
        lines.append(rng.choice(starts) + rng.choice(names) + rng.choice(signs) + value)
    end = rng.choice(["\n", "\n", "\r\n"])
    return (end.join(lines) + rng.choice(["", end])).encode("utf-8", "surrogateescape")


def test_nasty_makefiles_are_read_as_cpython_reads_them(tmp_path) -> None:
    rng = random.Random(3)
    paths = []
    for number in range(1000):
        path = tmp_path / f"Makefile{number}"
        path.write_bytes(nasty_makefile(rng))
        paths.append(str(path))
    environment = {"FROM_ENV": "from $(outside)", "LDFLAGS": "-Lenv"}
    ours, theirs = answers(WITH_DISTUTILS[0], PARSE, paths, tmp_path, environment)
    refused = {"Endless": 0, "KeyError": 0}
    for path, own, their in zip(paths, ours, theirs, strict=True):
        if isinstance(their, str):
            # Where CPython's never ends or has a traceback, there is an answer all the same.
            refused[their] += 1
            assert isinstance(own, list), Path(path).read_bytes()
        else:
            assert own == their, Path(path).read_bytes()
    assert 0 < sum(refused.values()) < 500


def nasty_header(rng: random.Random) -> str:
    heads = ["#define ", "#define  ", "# define ", " #define ", "/* #undef ", "/*#undef ", "#undef "]
    names = ["HAVE_X", "X", "lower", "Mixed_9", "_UNDER", "MACOSX_DEPLOYMENT_TARGET", "É_X"]
    tails = [" 1", " 007", " 1L", ' "text"', "", " ", "  5 ", " */", "*/", "*/ x", " 10_9", " a b", " 1\r"]
    lines = [
        rng.choice(heads) + rng.choice(names) + rng.choice(tails) + rng.choice(["\n", "\n", "\n", " \n"])
        for _ in range(rng.randrange(1, 30))
    ]
    return "".join(lines).rstrip("\n" if rng.random() < 0.5 else "")


def test_nasty_headers_are_read_as_cpython_reads_them(tmp_path) -> None:
    rng = random.Random(4)
    paths = []
    for number in range(300):
        path = tmp_path / f"config{number}.h"
        path.write_text(nasty_header(rng), encoding="utf-8", newline="")
        paths.append(str(path))
    ours, theirs = answers(WITH_DISTUTILS[0], PARSE, paths, tmp_path)
    for path, own, their in zip(paths, ours, theirs, strict=True):
        assert own == their, Path(path).read_bytes()
    assert any(ours)


def test_variables_that_lead_to_each_other_are_left_out(distutils, tmp_path) -> None:
    from distutils.sysconfig import parse_makefile

    (tmp_path / "Makefile").write_text("AA = $(BB)\nBB = $(AA)\nCC = $(CFLAGS).\nDD = 1\n")
    assert parse_makefile("Makefile") == {"DD": 1, "CC": "."}


def test_what_is_read_goes_into_the_dictionary_that_is_given(distutils, tmp_path) -> None:
    from distutils.sysconfig import parse_config_h, parse_makefile

    (tmp_path / "Makefile").write_text("AA = 1\nBB = two\n")
    (tmp_path / "config.h").write_text("#define AA 3\n/* #undef DD */\n")
    given: dict[str, object] = {"AA": 0, "CC": 4}
    assert parse_makefile("Makefile", given) is given == {"AA": 1, "BB": "two", "CC": 4}
    with open("config.h") as stream:
        assert parse_config_h(stream, given) is given == {"AA": 3, "BB": "two", "CC": 4, "DD": 0}
    with pytest.raises(FileNotFoundError):
        parse_makefile("nowhere")


def test_a_replaced_text_file_reads_the_makefile(distutils, monkeypatch) -> None:
    import distutils.text_file
    from distutils.sysconfig import parse_makefile

    class Lines:
        def __init__(self, name: str, **options: object) -> None:
            self.lines = [f"AA = {name}"]
            assert options.pop("errors") == "surrogateescape"
            assert options == {"strip_comments": 1, "skip_blanks": 1, "join_lines": 1}

        def readline(self) -> str | None:
            return self.lines.pop() if self.lines else None

        def close(self) -> None:
            pass

    monkeypatch.setattr(distutils.text_file, "TextFile", Lines)
    assert parse_makefile("named") == {"AA": "named"}


EXPAND = """
from distutils.sysconfig import expand_makefile_vars
told([expand_makefile_vars(*question) for question in questions])
"""


@every_distutils
def test_references_in_a_text_are_replaced_as_in_cpython(python, tmp_path) -> None:
    values = {"A": "a", "BB": "$(A)b", "C": "${BB}", "OPEN": "$(", "E": "", "Ü": "no"}
    texts = [
        "",
        "plain",
        "$(A)$(A)",
        "${A}$(BB)",
        "$(C)",
        "$(E)|",
        "$(OPEN)A)",
        "$$(A)",
        "$(A",
        "${A)",
        "$(1)",
    ]
    questions = [[text, values] for text in [*texts, "$(Ü)"]]
    ours, theirs = answers(python, EXPAND, questions, tmp_path)
    assert ours == theirs


def test_references_to_nothing_and_without_end_are_no_traceback_and_no_hang(distutils) -> None:
    from distutils.sysconfig import expand_makefile_vars

    assert expand_makefile_vars("$(A)-${B}", {"A": 5}) == "5-"
    for values in ({"A": "$(A)"}, {"A": "$(B)$(B)", "B": "$(A)"}):
        with pytest.raises(ValueError, match="lead to themselves"):
            expand_makefile_vars("x $(A)", values)
