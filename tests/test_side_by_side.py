"""What scripts replace, and how much still runs side by side: the table in docs/extending.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from extensions import MEETING_COMPILER

MODULE = """
    #include <Python.h>
    int HELPER(void);
    static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "NAME", NULL, -1, NULL};
    PyMODINIT_FUNC PyInit_NAME(void) {
        PyObject *module = PyModule_Create(&definition);
        PyModule_AddIntConstant(module, "answer", HELPER());
        return module;
    }
    """

SETUP = """
import distutils.ccompiler
import distutils.spawn
from distutils.ccompiler import CCompiler
from distutils.command.build_clib import build_clib
from distutils.command.build_ext import build_ext
from distutils.core import Extension, setup
from distutils.unixccompiler import UnixCCompiler

seen = []

def watch(owner, name):
    original = getattr(owner, name)

    def watched(*args, **kwargs):
        seen.append(name)
        return original(*args, **kwargs)

    setattr(owner, name, watched)

{change}

setup(
    name="p",
    ext_modules=[Extension("a", ["a.c", "ahelp.c"]), Extension("b", ["b.c", "bhelp.c"])],
)
print("seen", len(seen))
"""

FILES = {
    "cc": MEETING_COMPILER,
    **{f"{name}.c": MODULE.replace("NAME", name).replace("HELPER", f"{name}help") for name in "ab"},
    "ahelp.c": "int ahelp(void) { return 1; }\n",
    "bhelp.c": "int bhelp(void) { return 2; }\n",
}

IN_A_SUBCLASS = """
class build_ext(build_ext):
    def build_extensions(self):
        {line}
        super().build_extensions()
_setup = setup
def setup(**keywords):
    _setup(cmdclass={{"build_ext": build_ext}}, **keywords)
"""


def with_compiler(line: str) -> str:
    return IN_A_SUBCLASS.format(line=line)


ALL, ONE_EXTENSION, NOTHING = 4, 2, 1

# What a script does; how many of the four objects are compiled at once then.
CHANGES: dict[str, tuple[str, int]] = {
    "nothing": ("", ALL),
    "a flag taken from a list": (with_compiler("self.compiler.compiler_so.append('-O0')"), ALL),
    "macros and folders": (
        with_compiler("self.compiler.define_macro('X'); self.compiler.add_include_dir('inc')"),
        ALL,
    ),
    "executables": (
        with_compiler("self.compiler.set_executables(linker_so=self.compiler.linker_so + ['-s'])"),
        ALL,
    ),
    "get_ext_filename": ("watch(build_ext, 'get_ext_filename')", ALL),
    "get_ext_fullpath": ("watch(build_ext, 'get_ext_fullpath')", ALL),
    "finalize_options": ("watch(build_ext, 'finalize_options')", ALL),
    "run": ("watch(build_ext, 'run')", ALL),
    "customize_compiler": (
        "import distutils.command.build_ext as module; watch(module, 'customize_compiler')",
        ALL,
    ),
    "new_compiler": ("watch(distutils.ccompiler, 'new_compiler')", ALL),
    "object_filenames": ("watch(CCompiler, 'object_filenames')", ALL),
    "_get_cc_args": ("watch(CCompiler, '_get_cc_args')", ALL),
    "_setup_compile": ("watch(CCompiler, '_setup_compile')", ALL),
    "find_library_file": ("watch(UnixCCompiler, 'find_library_file')", ALL),
    "get_libraries": ("watch(build_ext, 'get_libraries')", ONE_EXTENSION),
    "get_export_symbols": ("watch(build_ext, 'get_export_symbols')", ONE_EXTENSION),
    "build_extension": ("watch(build_ext, 'build_extension')", ONE_EXTENSION),
    "swig_sources": ("watch(build_ext, 'swig_sources')", ONE_EXTENSION),
    "compile, handed on": ("watch(CCompiler, 'compile')", ONE_EXTENSION),
    "link": ("watch(UnixCCompiler, 'link')", ONE_EXTENSION),
    "link_shared_object": ("watch(CCompiler, 'link_shared_object')", ONE_EXTENSION),
    "_compile": ("watch(UnixCCompiler, '_compile')", NOTHING),
    "_compile on the object": (with_compiler("watch(self.compiler, '_compile')"), NOTHING),
    "spawn": ("watch(CCompiler, 'spawn')", NOTHING),
    "spawn on the object": (with_compiler("watch(self.compiler, 'spawn')"), NOTHING),
    "distutils.spawn.spawn": ("watch(distutils.spawn, 'spawn')", NOTHING),
    "the spawn that compilers use": ("watch(distutils.ccompiler, 'spawn')", NOTHING),
}

# What a build like this one has no use for, and a name that compilers have from elsewhere.
NOT_CALLED = {"find_library_file", "distutils.spawn.spawn"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_a_replaced_method_takes_away_no_more_than_it_must(project, run_setup, name: str) -> None:
    change, expected = CHANGES[name]
    folder = project({**FILES, "setup.py": SETUP.replace("{change}", change)})
    (folder / "cc").chmod(0o755)
    notes = folder / "notes"
    environment = {
        "CC": f"{folder}/cc",
        "LDSHARED": "gcc -shared",
        "NOTES": str(notes),
        "EXPECTED": str(expected),
        "OXIDIST_JOBS": "4",
    }
    done = run_setup(folder, "build", "--build-lib=out", env=environment)
    running = [0]
    for line in notes.read_text().splitlines():
        running.append(running[-1] + (1 if line == "begin" else -1))
    assert max(running) == expected
    assert ("seen 0" in done.stdout) == (name in NOT_CALLED or "watch(" not in change)
    assert imported(folder / "out") == "1 2"


def imported(folder: Path) -> str:
    program = "import a, b; print(a.answer, b.answer)"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr
