"""Commands that put functions of their own on the compiler object, in the way of PyTorch's `BuildExtension`.

PyTorch itself is too large to install here. `cuda_ext` below replaces what its command replaces, in the same
places. The program called nvcc is a script that notes how it was called, and calls this machine's compiler.
"""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import Side, both

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")

CUDA_EXT = '''
"""build_ext for extensions some of whose sources are for another compiler."""

import copy
import os
import subprocess

if os.environ.get("BASE") == "setuptools":
    from setuptools import Extension, setup
    from setuptools.command.build_ext import build_ext
else:
    from distutils.command.build_ext import build_ext
    from distutils.core import Extension, setup

NVCC = os.path.abspath("nvcc")


def for_nvcc(source):
    return os.path.splitext(source)[1] in (".cu", ".cuh")


def flags_of(compiler, postargs):
    """The extra arguments for one of the two compilers, where there are some for each."""
    return list(postargs[compiler] if isinstance(postargs, dict) else postargs)


class BuildCuda(build_ext):
    all_at_once = True

    @classmethod
    def with_options(cls, **options):
        class WithOptions(cls):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **{**kwargs, **options})

        return WithOptions

    def finalize_options(self):
        super().finalize_options()
        if self.all_at_once:
            # What is out of date is for the other build tool to say.
            self.force = True

    def build_extensions(self):
        print("C++ compiler:", os.path.basename(self.compiler.compiler_cxx[0]), flush=True)
        for ext in self.extensions:
            # One dictionary may be shared by several.
            ext.extra_compile_args = copy.deepcopy(ext.extra_compile_args)
            macro = "-DMODULE_NAME=" + ext.name.rpartition(".")[2]
            if isinstance(ext.extra_compile_args, dict):
                for flags in ext.extra_compile_args.values():
                    flags.append(macro)
            else:
                ext.extra_compile_args.append(macro)

        self.compiler.src_extensions += [".cu", ".cuh"]
        # setuptools' copy of distutils has a list of its own for C++.
        for name in ("compiler_so", "compiler_so_cxx"):
            command = getattr(self.compiler, name, [])
            if "-Wall" in command:
                command.remove("-Wall")
            command.append("-DFOR_HOST")
        if self.all_at_once:
            self.compiler.compile = self.compile_all
        else:
            self.compile_original = self.compiler._compile
            self.compiler._compile = self.compile_single
        super().build_extensions()

    def compile_single(self, obj, src, ext, cc_args, extra_postargs, pp_opts):
        before = self.compiler.compiler_so
        try:
            flags = flags_of("nvcc" if for_nvcc(src) else "cxx", extra_postargs)
            if for_nvcc(src):
                self.compiler.set_executable("compiler_so", [NVCC])
                flags = ["-Xcompiler", "-fPIC", *flags]
            else:
                flags.append("-std=c++17")
            self.compile_original(obj, src, ext, cc_args, flags, pp_opts)
        finally:
            self.compiler.set_executable("compiler_so", before)

    def compile_all(
        self,
        sources,
        output_dir=None,
        macros=None,
        include_dirs=None,
        debug=0,
        extra_preargs=None,
        extra_postargs=None,
        depends=None,
    ):
        compiler = self.compiler
        output_dir = os.path.abspath(output_dir)
        for folders in (compiler.include_dirs, include_dirs or []):
            folders[:] = [os.path.abspath(folder) for folder in folders]
        _, objects, extra_postargs, pp_opts, _ = compiler._setup_compile(
            output_dir, macros, include_dirs, sources, depends, extra_postargs
        )
        common = compiler._get_cc_args(pp_opts, debug, extra_preargs)
        for source, obj in zip(sorted(sources), sorted(objects)):
            os.makedirs(os.path.dirname(obj), exist_ok=True)
            if for_nvcc(source):
                begin, flags = [NVCC], ["-Xcompiler", "-fPIC", *flags_of("nvcc", extra_postargs)]
            else:
                begin, flags = compiler.compiler_so, [*flags_of("cxx", extra_postargs), "-std=c++17"]
            subprocess.run([*begin, *common, os.path.abspath(source), "-o", obj, *flags], check=True)
        return objects

    def get_ext_filename(self, ext_name):
        name = super().get_ext_filename(ext_name)
        if os.environ.get("WITHOUT_ABI"):
            first, _, last = name.split(".")
            return ".".join((first, last))
        return name
'''

SETUP = """
import os
from cuda_ext import BuildCuda, Extension, setup

shared = {"cxx": ["-O1"], "nvcc": ["-O2", "--use_fast_math"]}
if os.environ.get("BASE") == "setuptools":
    command = BuildCuda.with_options(all_at_once=bool(os.environ.get("AT_ONCE")))
else:
    command = BuildCuda
    command.all_at_once = bool(os.environ.get("AT_ONCE"))

def extension(name, *sources, **more):
    return Extension(name, list(sources), include_dirs=["include"], language="c++", **more)

setup(
    name="cuda-project",
    version="1",
    packages=["pkg"],
    ext_modules=[
        extension("pkg.one", "one.cpp", "deck.cu", extra_compile_args=shared),
        extension("pkg.two", "two.cpp", "hull.cu", extra_compile_args=["-O2"], define_macros=[("TWO", None)]),
        extension("pkg.three", "three.cpp", extra_compile_args=shared, extra_link_args=["-Wl,--as-needed"]),
    ],
    cmdclass={"build_ext": command},
)
"""

# Notes its arguments, drops those that only the real one knows, and takes its sources for C++.
NVCC = """\
#!/bin/sh
echo "$@" >>nvcc.log
for word; do
    shift
    case $word in
        -Xcompiler|--use_fast_math) ;;
        *.cu) set -- "$@" -x c++ "$word";;
        *) set -- "$@" "$word";;
    esac
done
exec g++ "$@"
"""

MODULE = """
#include <Python.h>
#include "kernel.h"
#ifndef FOR_HOST
#error a flag is missing
#endif
#define JOINED(name) PyInit_##name
#define NAMED(name) JOINED(name)
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "module", NULL, -1, NULL};
PyMODINIT_FUNC NAMED(MODULE_NAME)(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "answer", KERNEL());
    return made;
}
"""

FILES = {
    "setup.py": SETUP,
    "cuda_ext.py": CUDA_EXT,
    "nvcc": NVCC,
    "pkg/__init__.py": "",
    "include/kernel.h": "int deck(void);\nint hull(void);",
    "one.cpp": MODULE.replace("KERNEL", "deck"),
    "two.cpp": MODULE.replace("KERNEL", "hull"),
    "three.cpp": MODULE.replace("KERNEL()", "3"),
    "deck.cu": '#include "kernel.h"\nint deck(void) { return 1; }\n',
    "hull.cu": '#include "kernel.h"\nint hull(void) { return 2; }\n',
}

MODES = {"by _compile": {}, "by compile": {"AT_ONCE": "1"}}

BASES = [
    *((interpreter, "distutils") for interpreter in versions((3, 10))),
    *((interpreter, "setuptools") for interpreter in versions((3, 11), (3, 13))),
]


def calls(side: Side) -> Counter[str]:
    """How the program called nvcc was called, how often."""
    return Counter((side.folder / "nvcc.log").read_text().splitlines())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("interpreter", "base"), BASES, ids=str)
def test_a_replaced_method_compiles_what_another_compiler_is_for(
    environment, tmp_path, interpreter, base, mode
) -> None:
    there = environment(interpreter, *["setuptools==84.2.1"] * (base == "setuptools"))
    env = {"BASE": base, **MODES[mode]}
    ask = "from pkg import one, two, three; print('answers', one.answer, two.answer, three.answer)"
    commands = [
        ["-c", "import os; os.chmod('nvcc', 0o755)"],
        ["setup.py", "build_ext", "--inplace", "--build-temp=temp"],
        ["-c", ask],
    ]
    ours, theirs = both(there, tmp_path, FILES, *commands, env=env)
    assert ours.said.endswith("answers 1 2 3\n")
    assert theirs.said.endswith("answers 1 2 3\n")
    assert calls(ours) == calls(theirs)
    assert calls(ours).total() == 2
    assert list(ours.tree("temp")) == list(theirs.tree("temp"))
    assert_same(ours.tree("pkg"), theirs.tree("pkg"))
