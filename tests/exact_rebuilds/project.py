"""Two extensions whose headers, libraries and compiler can be changed, and what was built of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from c_projects import Compiler, built, call, function, setup_script
from conftest import Completed

ONE = """Extension(
        "one", ["src/one.c", "src/two.c", "src/three.c"],
        include_dirs=["include"], define_macros=[("BASE", "0")],
        extra_compile_args=["-isystem", "system"], libraries=["helper"], library_dirs=["lib"],
        extra_objects=["extra.o"], depends=["include/inner.h", "notes.txt", "missing.txt"],
    )"""
OTHER = 'Extension("other", ["other.c"])'

FILES = {
    "setup.py": setup_script(ONE, OTHER),
    "include/direct.h": '#include "inner.h"\n#ifndef DIRECT\n#define DIRECT 1\n#endif\n',
    "include/inner.h": "#ifdef TWICE\n#define INNER 20\n#else\n#define INNER 10\n#endif\n",
    "system/like_system.h": "#define SYSTEM 100\n",
    "src/one.c": function("one", "BASE + DIRECT + INNER", "direct.h"),
    "src/two.c": function("two", "INNER", "inner.h")
    + "int helper(void), extra(void);\nint helped(void) { return helper() * 10 + extra(); }\n",
    "src/three.c": "#include <like_system.h>\n" + function("three", "SYSTEM"),
    "other.c": function("other", "7"),
    "notes.txt": "what the code generator read\n",
}

# What the functions of the module `one` return, as it is first built.
VALUES = {"one": 11, "two": 10, "three": 100, "helped": 23}

ALL = "one three two"
EVERYTHING = (f"one other {ALL.removeprefix('one ')}", "one other")
NOTHING = ("", "")


@dataclass
class Project:
    """A project and a compiler that counts; each of its builds gets `arguments` and `environment`."""

    folder: Path
    compiler: Compiler
    run_setup: Callable[..., Completed]
    arguments: list[str] = field(default_factory=lambda: ["build"])
    environment: dict[str, str] = field(default_factory=dict)

    def build(self, *more: str, env: Mapping[str, str] | None = None, status: int = 0) -> Completed:
        environment = {**self.compiler.environment, **self.environment, **(env or {})}
        return self.run_setup(self.folder, *self.arguments, *more, env=environment, status=status)

    def steps(self) -> tuple[str, str]:
        """What was compiled and what was linked since the last call."""
        compiled, linked = self.compiler.steps()
        return " ".join(compiled), " ".join(linked)

    def values(self) -> dict[str, int]:
        return {name: call(built(self.folder, "one"), name) for name in VALUES}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def library(self, value: int, *, shared: bool = False) -> None:
        """Make lib/libhelper.a, or .so, whose helper() returns `value`."""
        self.object("lib/helper", "helper", value)
        target = self.folder / ("lib/libhelper.so" if shared else "lib/libhelper.a")
        target.unlink(missing_ok=True)
        command = ["gcc", "-shared", "-o"] if shared else ["ar", "rcs"]
        subprocess.run([*command, target, self.folder / "lib/helper.o"], check=True)

    def object(self, stem: str, name: str, value: int) -> None:
        path = self.folder / f"{stem}.c"
        path.parent.mkdir(exist_ok=True)
        path.write_text(function(name, value))
        subprocess.run(["gcc", "-fPIC", "-c", path, "-o", path.with_suffix(".o")], check=True)
