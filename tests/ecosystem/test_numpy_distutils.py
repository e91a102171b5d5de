"""numpy.distutils of NumPy 1.26, which replaces methods of distutils' own compiler classes, on Oxidist."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from interpreters import versions
from outputs import Outputs, assert_same, every_byte

from ecosystem.both import both
from ecosystem.installed import Installed

pytestmark = pytest.mark.skipif(shutil.which("gfortran") is None, reason="needs gfortran")

NUMPY = ("numpy==1.26.4", "setuptools==59.8.0")

# Sets have an order of their own in each process, and numpy.distutils tries features in it.
SETTLED = {"PYTHONHASHSEED": "0"}

MODULE = """
#include <Python.h>
{body}
static PyObject *ask(PyObject *self, PyObject *arguments) {{ return {answer}; }}
static PyMethodDef methods[] = {{{{"ask", ask, METH_NOARGS, NULL}}, {{NULL, NULL, 0, NULL}}}};
static struct PyModuleDef module = {{PyModuleDef_HEAD_INIT, "{name}", NULL, -1, methods}};
PyMODINIT_FUNC PyInit_{name}(void) {{ return PyModule_Create(&module); }}
"""

TOP = """
import os
if os.environ.get("WITH_SETUPTOOLS"):
    import setuptools
from numpy.distutils.core import setup
from numpy.distutils.misc_util import Configuration

def configuration(parent_package="", top_path=None):
    config = Configuration(None, parent_package, top_path)
    config.set_options(quiet=True, delegate_options_to_subpackages=True)
    config.add_subpackage("harbour")
    return config

if __name__ == "__main__":
    setup(name="harbour", version="1.2", configuration=configuration)
"""

PACKAGE = '''
import os

def asked(ext, build_dir):
    """A source that says what the compilers answered while it was made."""
    source = os.path.join(build_dir, "asking.c")
    if os.path.exists(source):
        return source
    ask = config.get_config_cmd()
    program, wrong = "      program x\\n      end\\n", "      if\\n"
    answers = [
        ask.check_header("math.h"),
        ask.check_header("there_is_no_such.h"),
        ask.check_func("cos", libraries=["m"], decl="double cos(double);", call=True, call_args="1.0"),
        ask.check_func("there_is_no_such_function", decl=True, call=True),
        ask.check_funcs_once(["abs", "rand"], headers=["stdlib.h"]),
        ask.check_type_size("long"),
        ask.check_decl("INT_MAX", headers=["limits.h"]),
        ask.check_inline(),
        ask.try_compile(program, lang="f77"),
        ask.try_compile(wrong, lang="f77"),
        ask.try_link(program, lang="f77"),
    ]
    os.makedirs(build_dir, exist_ok=True)
    with open(source, "w") as file, open(os.path.join(config.local_path, "asking.c.in")) as template:
        file.write(template.read().replace("ANSWERS", repr(answers)))
    return source

def configuration(parent_package="", top_path=None):
    from numpy.distutils.misc_util import Configuration
    global config
    config = Configuration("harbour", parent_package, top_path)
    config.add_subpackage("quay")
    config.add_data_dir("charts")
    config.add_data_files("readme.txt")
    config.add_headers("src/tides.h")
    config.add_scripts("quay/moor.py")
    config.add_library("tides", sources=["src/tides.c"], depends=["src/tides.h"], macros=[("TIDE", "3")])
    config.add_library("currents", sources=["src/currents.f"])
    tides = {"include_dirs": ["src"], "libraries": ["tides"], "depends": ["src/tides.h"]}
    config.add_extension("deck", ["deck.c"], **tides)
    config.add_extension("hull", ["hull.cpp"])
    config.add_extension("fixed", ["fixed.pyf", "fixed.f"], libraries=["currents"])
    config.add_extension("free", ["kinds.f90", "free.f90"])
    config.add_extension("loops", ["loops.c.src"])
    config.add_extension("asking", [asked])
    config.add_installed_library("pier", sources=["src/pier.c"], install_dir="lib")
    config.add_npy_pkg_config("pier.ini.in", "lib/npy-pkg-config", {"word": "pier"})
    config.make_config_py()
    return config
'''

# In bytes, since the columns count.
CURRENTS = b"""\
      subroutine drift(n, x, y)
      integer n, i
      double precision x(n), y
      y = 0d0
      do 10 i = 1, n
      y = y + x(i)
 10   continue
      end
"""

FIXED = b"""\
      subroutine total(n, x, y)
      integer n
      double precision x(n), y
      call drift(n, x, y)
      end
"""

SIGNATURE = """
python module fixed
  interface
    subroutine total(n, x, y)
      integer, intent(hide), depend(x) :: n = len(x)
      double precision, dimension(n), intent(in) :: x
      double precision, intent(out) :: y
    end subroutine total
  end interface
end python module fixed
"""

KINDS = """
module kinds
  implicit none
  integer, parameter :: dp = kind(1.0d0)
end module kinds
"""

FREE = """
subroutine half(x, y)
  use kinds
  implicit none
  real(8), intent(in) :: x
  real(8), intent(out) :: y
  y = x / 2.0_dp
end subroutine half
"""

LOOPS = """
/**begin repeat
 * #type = int, double#
 * #name = i, d#
 */
static @type@ twice_@name@(@type@ x) { return x + x; }
/**end repeat**/
"""

PIER = """
[meta]
Name=@word@
Description=a pier
Version=1.0
[default]
cflags=-I${prefix}
libs=-lpier
"""

# Without asking the compiler for each of the processor's features.
CONFIGURATION = "[build]\ndisable_optimization = 1\n"

FILES = {
    "setup.py": TOP,
    "setup.cfg": CONFIGURATION,
    "harbour/__init__.py": "",
    "harbour/setup.py": PACKAGE,
    "harbour/quay/__init__.py": "",
    "harbour/quay/moor.py": "#!/usr/bin/env python\nprint('moored')\n",
    "harbour/charts/a.txt": "a",
    "harbour/charts/north/b.txt": "b",
    "harbour/readme.txt": "read",
    "harbour/src/tides.h": "int tide(int);",
    "harbour/src/tides.c": '#include "tides.h"\nint tide(int x) { return x * TIDE; }\n',
    "harbour/src/pier.c": "int pier(void) { return 5; }",
    "harbour/pier.ini.in": PIER,
    "harbour/src/currents.f": CURRENTS,
    "harbour/fixed.f": FIXED,
    "harbour/fixed.pyf": SIGNATURE,
    "harbour/kinds.f90": KINDS,
    "harbour/free.f90": FREE,
    "harbour/deck.c": MODULE.format(
        name="deck", body='#include "tides.h"', answer="PyLong_FromLong(tide(7))"
    ),
    "harbour/hull.cpp": MODULE.format(
        name="hull", body="#include <string>", answer='PyUnicode_FromString(std::string("hull").c_str())'
    ),
    "harbour/loops.c.src": MODULE.format(
        name="loops", body=LOOPS, answer='Py_BuildValue("id", twice_i(2), twice_d(1.5))'
    ),
    "harbour/asking.c.in": MODULE.format(name="asking", body="", answer='PyUnicode_FromString("ANSWERS")'),
}

DISPATCHED = {
    "setup.py": """
        from numpy.distutils.core import setup
        from numpy.distutils.misc_util import Configuration

        config = Configuration("simd")
        config.add_extension("deck", ["deck.c", "simd.dispatch.c"])
        setup(**config.todict())
        """,
    "setup.cfg": "[build]\ncpu_baseline = none\ncpu_dispatch = SSE42\n",
    "__init__.py": "",
    "simd.dispatch.c": """
        /*@targets SSE42 */
        #define JOINED(name, target) name##_##target
        #define NAMED(name, target) JOINED(name, target)
        int NAMED(lanes, NPY__CPU_TARGET_CURRENT)(void) { return 4; }
        """,
    "deck.c": MODULE.format(
        name="deck", body="int lanes_SSE42(void);", answer="PyLong_FromLong(lanes_SSE42())"
    ),
}

SMALL_PACKAGE = """
def configuration(parent_package="", top_path=None):
    from numpy.distutils.misc_util import Configuration
    config = Configuration("harbour", parent_package, top_path)
    config.add_extension("hull", ["hull.cpp"])
    config.add_extension("loops", ["loops.c.src"])
    return config
"""

PLAIN = {
    "setup.py": """
        from distutils.core import Extension, setup
        import numpy.distutils.unixccompiler
        from numpy.distutils import ccompiler

        def object_filenames(self, sources, *rest, **more):
            print("object names:", sources, flush=True)
            return ccompiler.CCompiler_object_filenames(self, sources, *rest, **more)

        ccompiler.replace_method(ccompiler.CCompiler, "object_filenames", object_filenames)
        setup(
            name="plain",
            libraries=[("tides", {"sources": ["tides.c"]})],
            ext_modules=[Extension("deck", ["deck.c"]), Extension("hull", ["hull.cpp"])],
        )
        """,
    "tides.c": "int tide(int x) { return x * 3; }",
    "deck.c": MODULE.format(name="deck", body="int tide(int);", answer="PyLong_FromLong(tide(7))"),
    "hull.cpp": FILES["harbour/hull.cpp"],
}

COMMANDS = [
    ["setup.py", "config_fc", "--fcompiler=gnu95", "--f77flags=-O1", "build", "build_ext", "-j2"],
    [
        "-c",
        "print(file=open('harbour/src/tides.h', 'a')); print('touched')",
    ],
    ["setup.py", "build", "install", "--root=root", "--prefix=/usr"],
    ["setup.py", "sdist"],
]

WHEN = re.compile(rb"Generation date: .*")


def assert_every_byte_same(ours: Outputs, theirs: Outputs) -> None:
    """Shared objects included; but for the times that f2py writes into what it generates."""
    assert_same(dateless(ours), dateless(theirs), every_byte)


def dateless(outputs: Outputs) -> Outputs:
    return {name: file._replace(data=WHEN.sub(b"", file.data)) for name, file in outputs.items()}


def compiled(said: str) -> set[str]:
    """The sources that numpy's methods say they compile.

    On two threads it writes a line and its end apart, so that another's line may stand between; and what two
    extensions share it compiles once or twice.
    """
    return set(re.findall(r"INFO: (?:gcc|g\+\+|gfortran:\w+): (\S+?)(?=INFO: |\s)", said))


class Harbour:
    """The package: built, built again and installed, and packed; and the environment that did it."""

    def __init__(self, there: Installed, folder: Path) -> None:
        self.there = there
        self.ours, self.theirs = both(there, folder, FILES, *COMMANDS, env=SETTLED)

    def ask(self, code: str) -> str:
        """What `code` prints where the installed package can be imported."""
        (package,) = self.ours.folder.glob("root/usr/lib/python3*/site-packages")
        return self.there.run("python", "-c", code, cwd=package).stdout.strip()


@pytest.fixture(scope="module", params=versions((3, 10), (3, 11)), ids=str)
def harbour(request, environment, tmp_path_factory) -> Harbour:
    return Harbour(environment(request.param, *NUMPY), tmp_path_factory.mktemp("harbour"))


def test_all_that_is_built_is_what_the_interpreters_own_distutils_builds(harbour) -> None:
    assert_every_byte_same(harbour.ours.tree("build"), harbour.theirs.tree("build"))


def test_all_that_is_installed_is_what_the_interpreters_own_distutils_installs(harbour) -> None:
    ours = harbour.ours.tree("root")
    assert_every_byte_same(ours, harbour.theirs.tree("root"))
    names = "\n".join(ours)
    for name in (
        "charts/north/b.txt",
        "harbour/tides.h",
        "bin/moor.py",
        "libpier.a",
        "npy-pkg-config/pier.ini",
    ):
        assert name in names


def test_a_source_archive_has_the_files_that_the_configuration_names(harbour) -> None:
    ours = harbour.ours.archive("dist/*.tar.gz")
    assert_every_byte_same(ours, harbour.theirs.archive("dist/*.tar.gz"))
    assert {"harbour-1.2/harbour/fixed.pyf", "harbour-1.2/harbour/charts/north/b.txt"} <= set(ours)


def test_c_and_cpp_modules_and_those_of_templates_run(harbour) -> None:
    code = "from harbour import deck, hull, loops; print(deck.ask(), hull.ask(), loops.ask())"
    assert harbour.ask(code) == "21 hull (4, 3.0)"


def test_fortran_modules_that_f2py_wraps_run(harbour) -> None:
    code = "from harbour import fixed, free; print(fixed.total([1, 2, 3.5]), free.half(3))"
    assert harbour.ask(code) == "6.5 1.5"


def test_questions_to_the_compilers_are_answered(harbour) -> None:
    answers = "[True, False, True, False, True, 8, True, 'inline', True, False, True]"
    assert harbour.ask("from harbour import asking; print(asking.ask())") == answers


def test_a_library_is_found_by_its_package_file(harbour) -> None:
    code = (
        "from numpy.distutils.npy_pkg_config import read_config; import harbour, os;"
        "print(read_config('pier', [os.path.dirname(harbour.__file__) + '/lib/npy-pkg-config']).libs())"
    )
    assert harbour.ask(code) == "-lpier"


def test_a_second_build_compiles_what_includes_a_changed_header(harbour) -> None:
    """By the files of dependencies that numpy's methods ask the compiler for."""
    first, again = zip(*(side.said.split("touched") for side in (harbour.ours, harbour.theirs)), strict=True)
    assert compiled(first[0]) == compiled(first[1])
    assert compiled(again[0]) == compiled(again[1]) == {"harbour/deck.c", "harbour/src/tides.c"}


@pytest.mark.parametrize("interpreter", versions((3, 10), (3, 11)), ids=str)
def test_f2py_builds_by_way_of_distutils(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, *NUMPY)
    files = {
        "currents.f": CURRENTS,
        "fixed.f": FIXED,
        "fixed.pyf": SIGNATURE,
        "kinds.f90": KINDS,
        "free.f90": FREE,
    }
    f2py = ["-m", "numpy.f2py", "-c", "--backend", "distutils"]
    by_signature = [*f2py, "fixed.pyf", "fixed.f", "currents.f", "--opt=-O1"]
    by_sources = [*f2py, "-m", "free", "kinds.f90", "free.f90"]
    ask = ["-c", "import fixed, free; print('said', fixed.total([1, 2, 3.5]), free.half(3))"]
    for side in both(there, tmp_path, files, by_signature, by_sources, ask, env=SETTLED):
        assert side.said.endswith("said 6.5 1.5\n")
        assert len(list(side.folder.glob("*.so"))) == 2


def test_a_wheel_and_an_editable_install_are_what_they_are_by_setuptools(environment, tmp_path) -> None:
    there = environment(versions((3, 11))[0], *NUMPY, "wheel==0.43.0")
    simple = {
        "setup.py": TOP,
        "setup.cfg": CONFIGURATION,
        "links/": "",
        "harbour/__init__.py": "",
        "harbour/setup.py": SMALL_PACKAGE,
        "harbour/hull.cpp": FILES["harbour/hull.cpp"],
        "harbour/loops.c.src": FILES["harbour/loops.c.src"],
    }
    commands = [["setup.py", "bdist_wheel"], ["setup.py", "develop", "--install-dir=links"]]
    env = {**SETTLED, "WITH_SETUPTOOLS": "1", "PYTHONPATH": "links"}
    ours, theirs = both(there, tmp_path, simple, *commands, env=env)
    assert_every_byte_same(ours.archive("dist/*.whl"), theirs.archive("dist/*.whl"))
    assert_every_byte_same(ours.tree("harbour", "links"), theirs.tree("harbour", "links"))


def test_a_source_is_compiled_once_for_each_feature_of_the_processor(environment, tmp_path) -> None:
    there = environment(versions((3, 11))[0], *NUMPY)
    ours, theirs = both(there, tmp_path, DISPATCHED, ["setup.py", "build"], env=SETTLED)
    assert_every_byte_same(ours.tree("build/lib*", "build/src*"), theirs.tree("build/lib*", "build/src*"))
    assert compiled(ours.said) == compiled(theirs.said)
    assert "simd.dispatch.sse42.c" in ours.said


def test_what_numpy_puts_on_the_compiler_classes_is_called_by_distutils_own_commands(
    environment, tmp_path
) -> None:
    """A script with distutils' own `setup`, that imports these modules for their side by side `compile`."""
    there = environment(versions((3, 10))[0], *NUMPY)
    ours, theirs = both(there, tmp_path, PLAIN, ["setup.py", "build"], env=SETTLED)
    assert_every_byte_same(ours.tree("build"), theirs.tree("build"))
    # Older modules for Windows, which numpy's import, miss the registry aloud.
    missed = ("Can't read registry", "that Python modules winreg")
    assert ours.said.splitlines() == [
        line for line in theirs.said.splitlines() if not any(words in line for words in missed)
    ]
    assert "object names: ['tides.c']" in ours.said
    assert "INFO: ar: adding 1 object files to build/temp" in ours.said
