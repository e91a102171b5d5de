"""C projects for tests: compilers that write down what they do, and what the built modules say."""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Does what the real one does, and writes down what it made: a line each, written at once, so that several may
# write at the same time.
COUNTING = """\
#!/bin/sh
kind=other out= previous=
for word; do
    case $word in -c) kind=compile ;; -shared) kind=link ;; esac
    case $previous in -o) out=$word ;; esac
    previous=$word
done
if [ $kind != other ]; then printf '%s %s\\n' "$kind" "$out" >> '{log}'; fi
exec {compiler} "$@"
"""

# Does what `FAKE` in the environment says (shell statements, which know $kind, $out and $source), then writes
# its output. The order of the lines in the log is the order of events.
FAKE = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "fake 1.0"; exit; fi
kind=link out= source= previous=
for word; do
    case $word in -c) kind=compile ;; *.c) source=$word ;; esac
    case $previous in -o) out=$word ;; esac
    previous=$word
done
echo "begin $kind $out" >> '{log}'
eval "$FAKE"
echo "$source" > "$out"
echo "end $kind $out" >> '{log}'
"""


@dataclass
class Compiler:
    """A script that stands for the compiler; `environment` lets a build take it."""

    path: Path
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"CC": str(self.path), "CXX": str(self.path), "LDSHARED": f"{self.path} -shared"}

    def lines(self) -> list[str]:
        """What was written down since the last call."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(errors="surrogateescape").splitlines()
        self.log.unlink()
        return lines

    def steps(self) -> tuple[list[str], list[str]]:
        """The objects that were compiled and the modules that were linked since the last call.

        Both by the names of their files without the endings, in the order of the alphabet.
        """
        made: dict[str, list[str]] = {"compile": [], "link": []}
        for line in self.lines():
            kind, _, out = line.partition(" ")
            made[kind].append(os.path.basename(out).partition(".")[0])
        return sorted(made["compile"]), sorted(made["link"])


def install_compiler(folder: Path, script: str = COUNTING, compiler: str = "gcc") -> Compiler:
    """Write `script` as an executable below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path, log = folder / "cc", folder / "log"
    path.write_text(script.format(log=log, compiler=compiler))
    path.chmod(0o755)
    return Compiler(path, log)


def peak(lines: Iterable[str], kind: str = "") -> int:
    """How many jobs ran at the same time at most, by the lines of a `FAKE` compiler."""
    running = most = 0
    for line in lines:
        if kind in line:
            running += 1 if line.startswith("begin") else -1
            most = max(most, running)
    return most


def function(name: str, expression: object, *headers: str) -> str:
    """A source with one function, which returns the expression."""
    lines = [f'#include "{header}"' for header in headers]
    return "\n".join([*lines, f"int {name}(void) {{ return {expression}; }}", ""])


def module(name: str, expression: object, *headers: str) -> str:
    """The source of an extension module with a number in it, `VALUE`."""
    lines = ["#include <Python.h>", *(f'#include "{header}"' for header in headers)]
    return "\n".join(
        [
            *lines,
            f'static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "{name}", 0, -1, 0}};',
            f"PyMODINIT_FUNC PyInit_{name}(void) {{",
            "    PyObject *module = PyModule_Create(&definition);",
            f'    if (module) PyModule_AddIntConstant(module, "VALUE", {expression});',
            "    return module;",
            "}",
            "",
        ]
    )


def setup_script(*extensions: str, **keywords: str) -> str:
    """A setup.py with these `Extension(...)` expressions; `keywords` are expressions, too."""
    more = "".join(f", {name}={value}" for name, value in keywords.items())
    listed = "".join(f"    {extension},\n" for extension in extensions)
    return (
        "from distutils.core import Extension, setup\n\n"
        f"setup(name='demo', version='1.0', ext_modules=[\n{listed}]{more})\n"
    )


def built(folder: Path, name: str, below: str = "build") -> Path:
    """The file of the module `name` below the build folder."""
    (path,) = [path for path in (folder / below).rglob("*.so") if path.name.partition(".")[0] == name]
    return path


copies = itertools.count()


def call(path: Path, name: str) -> int:
    """What a function in a shared object returns. A copy is loaded: one name is loaded only once."""
    copy = path.with_name(f".{next(copies)}-{path.name}")
    shutil.copyfile(path, copy)
    try:
        return int(getattr(ctypes.CDLL(str(copy)), name)())
    finally:
        copy.unlink()


def object_of(folder: Path, source: str) -> Path:
    """The object that was made of a source."""
    stem = Path(source).stem
    (path,) = (folder / "build").rglob(f"{stem}.o")
    return path


def later(path: Path, seconds: float = 2) -> None:
    """Change `path`, by a line more at its end: its time is `seconds` after what it was."""
    status = path.stat()
    with path.open("ab") as file:
        file.write(b"\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + int(seconds * 1e9)))


def several(names: Iterable[str]) -> dict[str, int]:
    """How often each is there, of those that are there more than once."""
    return {name: times for name, times in Counter(names).items() if times > 1}


WORKS_HERE = sys.platform.startswith("linux") and shutil.which("gcc") is not None
