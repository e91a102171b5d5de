"""cffi: `cffi_modules` in setup scripts, and what builds modules through distutils while a program runs."""

from __future__ import annotations

import pytest
from c_projects import install_compiler

from ecosystem.sides import SETUPTOOLS, WAYS, every_way

CFFI = "cffi==2.1.1"

KEEL = {
    "keel/__init__.py": "",
    "keel/build_api.py": """
        import cffi
        ffi = cffi.FFI()
        ffi.cdef("int depth(int);")
        ffi.set_source("keel._api", '#include "depth.h"', sources=["src/depth.c"], include_dirs=["src"])
        """,
    "keel/build_abi.py": """
        import cffi
        def maker():
            ffi = cffi.FFI()
            ffi.cdef("int abs(int);")
            ffi.set_source("keel._abi", None)
            return ffi
        """,
    "src/depth.h": "int depth(int metres);\n#define FEET(m) ((m) * 3)\n",
    "src/depth.c": '#include "depth.h"\nint depth(int metres) { return FEET(metres); }\n',
}

CFFI_MODULES = """
    from setuptools import setup
    setup(
        name="keel",
        version="1.0",
        packages=["keel"],
        cffi_modules=["keel/build_api.py:ffi", "keel/build_abi.py:maker"],
        setup_requires=["cffi"],
        install_requires=["cffi"],
        zip_safe=False,
    )
    """

# How scripts use cffi that know nothing of setuptools: the keyword is setuptools' own.
EXTENSIONS = """
    from SETUP import setup
    import sys
    sys.path.insert(0, "keel")
    from build_api import ffi
    setup(name="keel", version="1.0", packages=["keel"], ext_modules=[ffi.distutils_extension()])
    """

ASK = """
from keel._api import lib
assert lib.depth(4) == 12, lib.depth(4)
"""

ASK_ABI = """
from keel._abi import ffi
assert ffi.dlopen(None).abs(-3) == 3
"""


with_setuptools = pytest.mark.parametrize("way", [way for way in WAYS if way.module == "setuptools"], ids=str)


@with_setuptools
def test_modules_named_by_cffi_modules(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": CFFI_MODULES, **KEEL}, CFFI)
    both.setup("bdist_wheel")
    made = both.assert_same("dist", but=("METADATA$",))
    assert {name.partition("/")[2] for name in made if "dist-info" not in name} == {
        "keel/__init__.py",
        "keel/_abi.py",
        "keel/_api.abi3.so",
        "keel/build_abi.py",
        "keel/build_api.py",
    }
    both.setup("build_ext", "--inplace")
    both.assert_same("keel")
    both.there.run("python", "-c", ASK + ASK_ABI, cwd=both.ours)


@with_setuptools
def test_what_cffi_generates_is_compiled_again_where_it_has_changed(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": CFFI_MODULES, **KEEL}, CFFI)
    compiler = install_compiler(tmp_path / "compiler")

    def build() -> tuple[list[str], list[str]]:
        both.there.setup(both.ours, "build", env=compiler.environment)
        return compiler.steps()

    assert build() == (["depth", "keel"], ["_api"])
    assert build() == ([], [])
    header = both.ours / "src/depth.h"
    header.write_text(header.read_text().replace("* 3", "* 30"))
    assert build() == (["depth", "keel"], ["_api"])
    script = both.ours / "keel/build_api.py"
    script.write_text(
        script.read_text()
        .replace("int depth(int);", "int depth(int); int other(int);")
        .replace('depth.h"', 'depth.h"\\nint other(int it) { return it; }')
    )
    assert build() == (["keel"], ["_api"])


@every_way
def test_an_extension_of_ffi_distutils_extension(environment, tmp_path, way) -> None:
    # Where Python has no distutils, cffi insists on setuptools, and then uses distutils all the same.
    insists = not way.interpreter.distutils and way.module != "setuptools"
    both = way.sides(
        environment, tmp_path, {"setup.py": EXTENSIONS, **KEEL}, CFFI, *([SETUPTOOLS] if insists else [])
    )
    both.setup("build", "--build-lib=lib")
    made = both.assert_same("lib")
    assert len([name for name in made if name.startswith("keel/_api.")]) == 1
    both.there.run("python", "-c", ASK, cwd=both.ours / "lib")


# What programs do that have no setup script.
PROGRAM = """
    import os, sys, cffi
    sys.path.insert(0, "keel")
    from build_api import ffi

    def told(path):
        print(os.path.relpath(path).partition(".")[0])

    told(ffi.compile())

    plugin = cffi.FFI()
    plugin.embedding_api("int answer(void);")
    plugin.embedding_init_code("from plugin import ffi\\n@ffi.def_extern()\\ndef answer():\\n    return 42")
    plugin.set_source("plugin", "")
    told(plugin.compile(tmpdir="embedded"))

    old = cffi.FFI()
    old.cdef("double floor(double);")
    print(old.verify("#include <math.h>", libraries=["m"], tmpdir="verified").floor(2.5))

    broken = cffi.FFI()
    broken.cdef("int nothing(int);")
    broken.set_source("broken", "#error this is not C")
    try:
        broken.compile(tmpdir="broken")
    except cffi.VerificationError as error:
        print(str(error)[:13])

    # What one of them has replaced on distutils' classes is as it was: this one is not named `plugin`.
    told(ffi.compile())
    """


@every_way
def test_a_program_builds_modules_while_it_runs(environment, tmp_path, way) -> None:
    if way.module != "setuptools" and not way.interpreter.distutils:
        pytest.skip("where Python has no distutils, cffi insists on setuptools, which is another case")
    both = way.sides(environment, tmp_path, {"program.py": PROGRAM, **KEEL}, CFFI)
    ours, theirs = both.run("python", "program.py")
    assert ours.stdout.splitlines() == [
        "keel/_api",
        "embedded/plugin",
        "2.0",
        "CompileError:",
        "keel/_api",
    ]
    assert ours.stdout == theirs.stdout
    for folder in ("keel", "embedded", "verified"):
        both.assert_same(folder, but=(r"\.pyc$", r"\.o$"))
    both.there.run("python", "-c", ASK, cwd=both.ours)
