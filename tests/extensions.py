"""Projects with extension modules: their sources, compilers that only write down, and what was built."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twins import Twins

# Stands in for a compiler: it writes its command line down, makes an empty file, and knows what is bad.
RECORDING_COMPILER = """
#!/bin/sh
# Asked what it is, which distutils never asks.
case $1 in --version) echo "recording compiler 1.0"; exit;; esac
printf '%s\\0' "$@" >>"$RECORD"
echo >>"$RECORD"
for word; do
    case $word in bad.c) echo "bad.c is bad" >&2; exit 1;; esac
    case $before in -o) : >"$word";; esac
    before=$word
done
"""

# Notes in NOTES when it begins and ends to compile, and waits until as many as EXPECTED have begun.
MEETING_COMPILER = """
    #!/bin/sh
    case "$*" in *" -c "*)
        echo begin >>"$NOTES"
        for moment in $(seq 400); do
            [ "$(grep -c begin "$NOTES")" -ge "$EXPECTED" ] && break
            sleep 0.05
        done
        echo end >>"$NOTES";;
    esac
    exec gcc "$@"
    """


def module(name: str, answer: str = "42", head: str = "", init: str = "") -> str:
    """The source of a module with one function, `answer()`."""
    return textwrap.dedent(f"""
        #define PY_SSIZE_T_CLEAN
        #include <Python.h>
        {head}
        static PyObject *answer(PyObject *self, PyObject *none) {{ return PyLong_FromLong({answer}); }}
        static PyMethodDef methods[] = {{{{"answer", answer, METH_NOARGS, NULL}}, {{NULL, NULL, 0, NULL}}}};
        static struct PyModuleDef definition = {{
            PyModuleDef_HEAD_INIT, "{name}", NULL, 0, methods, NULL, NULL, NULL, NULL
        }};
        PyMODINIT_FUNC {init or "PyInit_" + name}(void) {{ return PyModuleDef_Init(&definition); }}
    """).lstrip()


def script(extensions: str, head: str = "", **keywords: object) -> str:
    """A setup script whose `ext_modules` is this expression."""
    arguments = "".join(f", {name}={value!r}" for name, value in keywords.items())
    return (
        f"from distutils.core import setup, Extension\n{textwrap.dedent(head)}\n"
        f"setup(name='p', version='1.0', ext_modules={extensions}{arguments})\n"
    )


def answer(folder: Path, name: str, python: str | Path = sys.executable) -> int:
    """What the built module says, asked by `python` in `folder`."""
    done = subprocess.run(
        [python, "-c", f"import {name} as module; print(module.answer())"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def plain(words: list[str]) -> list[str]:
    """A command line without the flags for dependency files, which are ours alone."""
    kept = []
    before = ""
    for word in words:
        if word not in ("-MD", "-MF") and before != "-MF":
            kept.append(word)
        before = word
    return kept


def told(output: str) -> list[list[str]]:
    """What a run printed, without quotes and without flags for dependency files in its command lines.

    What was created or begun stands at the end, in alphabetical order: folders may be made before the first
    compile, and all extensions may be asked for what they are before the first is built.
    """
    lines = [plain(line.replace("'", "").split()) for line in output.splitlines()]
    moved = [line for line in lines if line[:1] in (["creating"], ["building"])]
    return [line for line in lines if line not in moved] + sorted(moved)


def make_old(folder: Path) -> None:
    """Everything in `folder` was made an hour ago, and nothing is newer than anything else."""
    then = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def names_below(folder: Path, *but: str) -> list[str]:
    """The files below a folder, those of a compiler's own records left out."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in but and not path.name.startswith(".oxidist")
    )


def recording_compilers(folder: Path) -> dict[str, str]:
    """An environment with compilers in `folder` that write their command lines to `argv` where they run.

    They run one after the other, as distutils' do.
    """
    tools = folder / "tools with spaces"
    tools.mkdir()
    for name in ("recording-cc", "recording-c++"):
        tool = tools / name
        tool.write_text(RECORDING_COMPILER.lstrip())
        tool.chmod(0o755)
    home = folder / "home"
    for name in ("include", "lib"):
        (home / ".local" / name).mkdir(parents=True)
    return {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "CC": "recording-cc",
        "CXX": "recording-c++",
        "LDSHARED": "recording-cc -shared",
        "RECORD": "argv",
        "OXIDIST_JOBS": "1",
        "HOME": str(home),
    }


def command_lines(folder: Path) -> list[list[str]]:
    """What the recording compilers were started with in `folder`, whose own name is `<here>`."""
    lines = (folder / "argv").read_text().replace(str(folder), "<here>").split("\0\n")
    return [plain(line.split("\0")) for line in lines if line]


def assert_same_run(twins: Twins, *options: str, env: dict[str, str]) -> list[list[str]]:
    """Both print the same, start the same command lines, and make the same files. The command lines."""
    ours, theirs = twins.run(*options, env=env)
    here = [
        ours.stdout.replace(str(twins.ours), "<here>"),
        theirs.stdout.replace(str(twins.theirs), "<here>"),
    ]
    assert told(here[0]) == told(here[1])
    assert ours.stderr == theirs.stderr
    lines = command_lines(twins.ours)
    assert lines == command_lines(twins.theirs)
    assert names_below(twins.ours) == names_below(twins.theirs)
    return lines
