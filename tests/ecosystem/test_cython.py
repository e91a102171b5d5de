"""Cython: its own build_ext, the new and the old one, and `cythonize`."""

from __future__ import annotations

import time

import pytest
from c_projects import install_compiler

from ecosystem.sides import PLAIN, PLAIN_WITHOUT_ITS_OWN, WITH_SETUPTOOLS, Sides

CYTHON = "Cython==3.3.1"

# The last one in which `Cython.Distutils.build_ext` is the old one.
OLD_CYTHON = "Cython==0.29.37"

MAST = {
    "mast/__init__.py": "",
    "mast/shape.pxd": """
        cdef inline int area(int width, int height):
            return width * height
        """,
    "mast/sail.pxd": "cdef class Sail:\n    cdef int width, height\n",
    "mast/sail.pyx": """
        from mast.shape cimport area
        cdef extern from "knots.h":
            int knots(int)
        cdef class Sail:
            def __init__(self, width, height):
                self.width, self.height = width, height
            def speed(self):
                return knots(area(self.width, self.height))
        """,
    "mast/flag.pyx": """
        def half(x):
            return x / 2
        """,
    "src/knots.h": "int knots(int area);\n",
    "src/knots.c": '#include "knots.h"\nint knots(int area) { return area / 4; }\n',
}

SAYS = "from mast import sail, flag; print(sail.Sail(4, 6).speed(), type(flag.half).__name__)"

EXTENSIONS = """[
        Extension("mast.sail", ["mast/sail.pyx", "src/knots.c"], include_dirs=["src"],
                  extra_compile_args=quick),
        Extension("mast.flag", ["mast/flag.pyx"], extra_compile_args=quick),
    ]"""

WITH_BUILD_EXT = f"""
    from SETUP import Extension, setup
    from Cython.Distutils import build_ext
    quick = ["-O0"]
    setup(name="mast", version="1.0", packages=["mast"], cmdclass={{"build_ext": build_ext}},
          ext_modules={EXTENSIONS})
    """

# Extensions with options of Cython's own, in Cython's own class.
WITH_ITS_EXTENSION = (
    WITH_BUILD_EXT.replace("Extension, setup", "setup")
    .replace("import build_ext", "import Extension, build_ext")
    .replace('["mast/flag.pyx"]', '["mast/flag.pyx"], cython_directives={"binding": False}')
)

WITH_CYTHONIZE = f"""
    from SETUP import Extension, setup
    from Cython.Build import cythonize
    quick = ["-O0"]
    setup(name="mast", version="1.0", packages=["mast"], ext_modules=cythonize({EXTENSIONS}, nthreads=2))
    """

WITH_OLD_BUILD_EXT = WITH_BUILD_EXT.replace(
    "Cython.Distutils import build_ext", "Cython.Distutils.old_build_ext import old_build_ext as build_ext"
)

SCRIPTS = {
    "build_ext": WITH_BUILD_EXT,
    "its-extension": WITH_ITS_EXTENSION,
    "old_build_ext": WITH_OLD_BUILD_EXT,
    "cythonize": WITH_CYTHONIZE,
}


def assert_built(both: Sides, kind_of_function: str) -> None:
    both.setup("build", "--build-lib=lib")
    made = both.assert_same("lib")
    assert [name.partition(".")[0] for name in made] == ["mast/__init__", "mast/flag", "mast/sail"]
    assert both.there.run("python", "-c", SAYS, cwd=both.ours / "lib").stdout == f"6 {kind_of_function}\n"
    # What Cython generates is generated where it always was.
    both.assert_same("mast", but=(r"\.so$",))


@pytest.mark.parametrize(
    ("way", "script"),
    [
        (PLAIN, "build_ext"),
        (PLAIN, "old_build_ext"),
        (PLAIN, "cythonize"),
        (WITH_SETUPTOOLS, "its-extension"),
        (WITH_SETUPTOOLS, "cythonize"),
    ],
    ids=str,
)
def test_modules_are_built_as_without_us(environment, tmp_path, way, script) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": SCRIPTS[script], **MAST}, CYTHON)
    assert_built(
        both, "builtin_function_or_method" if script == "its-extension" else "cython_function_or_method"
    )


@pytest.mark.parametrize("way", [PLAIN], ids=str)
def test_the_build_ext_of_older_cythons(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": WITH_BUILD_EXT, **MAST}, OLD_CYTHON)
    assert_built(both, "builtin_function_or_method")


@pytest.mark.parametrize(
    ("way", "script"),
    [
        (PLAIN_WITHOUT_ITS_OWN, "build_ext"),
        (PLAIN_WITHOUT_ITS_OWN, "old_build_ext"),
        (PLAIN_WITHOUT_ITS_OWN, "cythonize"),
        (WITH_SETUPTOOLS, "build_ext"),
    ],
    ids=str,
)
def test_what_has_changed_is_built_again_and_nothing_else(environment, tmp_path, way, script) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": SCRIPTS[script], **MAST}, CYTHON)
    compiler = install_compiler(tmp_path / "compiler")

    def build() -> tuple[list[str], list[str]]:
        both.there.setup(both.ours, "build", env=compiler.environment)
        return compiler.steps()

    def change(name: str, old: str, new: str) -> None:
        # What compares times does not see what happens within a second.
        time.sleep(1.1)
        path = both.ours / name
        path.write_text(path.read_text().replace(old, new))

    assert build() == (["flag", "knots", "sail"], ["flag", "sail"])
    assert build() == ([], [])
    change("mast/flag.pyx", "/ 2", "/ 4")
    assert build() == (["flag"], ["flag"])
    change("mast/sail.pxd", "height", "height, masts")
    assert build() == (["sail"], ["sail"])
    # No compiler of C sees this file: that the module depends on it only Cython knows, and not the old one.
    change("mast/shape.pxd", "width *", "width * 2 *")
    assert build() == (([], []) if script == "old_build_ext" else (["sail"], ["sail"]))
    change("src/knots.h", ");", "); /* of wind */")
    assert build() == (["knots", "sail"], ["sail"])
