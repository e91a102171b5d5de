"""distutils.extension.read_setup_file: modules described one to a line, read as CPython reads them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from same_interpreter import BOUNDED, WITH_DISTUTILS, answers, every_distutils

READ = f"""{BOUNDED}
import io
from distutils.extension import read_setup_file

outcome = []
for path in questions:
    said = io.StringIO()
    try:
        with bounded(path), contextlib.redirect_stderr(said):
            extensions = [vars(extension) for extension in read_setup_file(path)]
        outcome.append([extensions, said.getvalue()])
    except (Endless, KeyError, TypeError, IndexError, ValueError) as error:
        outcome.append("%s: %s" % (type(error).__name__, error))
told(outcome)
"""

SAMPLE = r"""
# A comment, and a variable that others use.
SRC = src/lib
INC = -I$(SRC)/include \
      -Iother
DEBUG = -DDEBUG -UNDEBUG

*shared*
one $(SRC)/one.c one.cpp $(INC) $(DEBUG) -lz -L/opt/lib -R/opt/lib
  two two.m two.mm two.cc two.cxx two.c++ -Xlinker -s -Xcompiler -O3 -rpath /r \
    -u symbol -usymbol -CXflag    # and a comment
three ${SRC}/three.c libthree.a three.o three.so three.sl three.dylib -DNAME=value -DEMPTY= -D "-DQ=\"a b\""
four "four file.c" 'other file.c' unknown -x file.txt .c -l -L -I
five.six five.c -Xlinker
"""


@every_distutils
def test_a_setup_file_is_read_as_cpython_reads_it(python, tmp_path) -> None:
    path = tmp_path / "Setup"
    path.write_text(SAMPLE)
    ((ours, warned),), theirs = answers(python, READ, [str(path)], tmp_path)
    assert [[ours, warned]] == theirs
    assert [extension["name"] for extension in ours] == ["one", "two", "three", "four", "five.six"]
    assert warned.count("not handled yet") == 1 and warned.count("unrecognized argument") == 4


def nasty_setup(rng: random.Random) -> bytes:
    words = [
        *("a.c", "b.cc", "x/.c", "lib.a", "o.o", "f.f90", "-Ii", "-I", "-DX", "-DX=1", "-DX=", "-D=v"),
        *(
            "-UU",
            "-lz",
            "-Ll",
            "-Rr",
            "-rpath",
            "-Xlinker",
            "-Xcompiler",
            "-u",
            "-usym",
            "-C",
            "-Cx",
            "-Da.c",
        ),
        *("*", "\\*", "'q w'", '"d q"', "'", "\\", "\\ ", "\\#", "#", "$(AA)", "${BB}", "$(CC", "$", "é.c"),
        *("*x*", "-D", "-Da.c", "-\u0301c", "="),
    ]
    variables = ["AA", "BB", "CFLAGS", "A"]
    values = ["", "x", "5", "a.c b.c", "$(AA)", "${BB}", "$(A)", "$$", "-DX=2", "'q'"]
    lines = []
    for _ in range(rng.randrange(1, 8)):
        if rng.random() < 0.4:
            lines.append(f"{rng.choice(variables)}{rng.choice(['=', ' = '])}{rng.choice(values)}")
        else:
            line = " ".join(rng.choices(words, k=rng.randrange(0, 7)))
            lines.append(rng.choice(["mod ", "pkg.mod ", "  mod ", "*", "", "$(AA) "]) + line)
    text = rng.choice(["\n", "\n", "\\\n", "\n\n"]).join(lines) + rng.choice(["", "\n", "*\n"])
    return text.encode() + rng.choice([b"", b"", b"", b"# \xff\n"])


def test_nasty_setup_files_are_read_as_cpython_reads_them(tmp_path) -> None:
    rng = random.Random(5)
    paths = []
    for number in range(500):
        path = tmp_path / f"Setup{number}"
        path.write_bytes(nasty_setup(rng))
        paths.append(str(path))
    ours, theirs = answers(WITH_DISTUTILS[0], READ, paths, tmp_path)
    refused = 0
    for path, own, their in zip(paths, ours, theirs, strict=True):
        content = Path(path).read_bytes()
        if isinstance(their, str) and their.startswith(("Endless", "TypeError", "IndexError", "KeyError")):
            # Variables that are numbers, missing or in a circle, lines of nothing: there is an answer here.
            refused += 1
            assert isinstance(own, list) or own.startswith(("ValueError", "UnicodeDecodeError")), content
        elif isinstance(their, str):
            assert own == their, content
        else:
            assert own == their, content
    assert 0 < refused < 250


def test_variables_that_are_numbers_missing_or_empty_are_no_traceback(distutils, project) -> None:
    from distutils.extension import read_setup_file

    folder = project({"Setup": "LEVEL = 2\nNONE =\nmod mod.c -DX$(LEVEL) -D$(NOWHERE)Y\n$(NONE)\n"})
    (extension,) = read_setup_file(str(folder / "Setup"))
    assert extension.define_macros == [("X2", None), ("Y", None)]


def test_each_part_is_looked_up_where_cpythons_code_looks(distutils, monkeypatch, tmp_path) -> None:
    import distutils.extension
    import distutils.sysconfig
    import distutils.util

    class Extension(distutils.extension.Extension):
        pass

    asked = []

    def noting(module, name):
        original = getattr(module, name)

        def function(*args):
            asked.append(name)
            return original(*args)

        monkeypatch.setattr(module, name, function)

    noting(distutils.sysconfig, "parse_makefile")
    noting(distutils.sysconfig, "expand_makefile_vars")
    noting(distutils.util, "split_quoted")
    monkeypatch.setattr(distutils.extension, "Extension", Extension)
    (tmp_path / "Setup").write_text("mod mod.c\n")
    (extension,) = distutils.extension.read_setup_file("Setup")
    assert asked == ["parse_makefile", "expand_makefile_vars", "split_quoted"]
    assert type(extension) is Extension and extension.sources == ["mod.c"]


def test_a_missing_file_is_an_error_that_names_it(distutils) -> None:
    from distutils.extension import read_setup_file

    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_setup_file("nowhere")
