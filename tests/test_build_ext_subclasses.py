"""build_ext: what scripts in the wild override, replace and edit."""

from __future__ import annotations

import textwrap

import pytest
from extensions import answer, assert_same_run, command_lines, module, names_below, script, told

FAKE_CMAKE = """
#!/bin/sh
# cmake SOURCE -DOUTPUT=folder -DNAME=file, then cmake --build FOLDER.
if [ "$1" = --version ]; then echo "cmake version 3.99"; exit; fi
if [ "$1" = --build ]; then
    . "$2/CMakeCache.txt"
    exec gcc -shared -fPIC $FLAGS "$SOURCE/one.c" -o "$OUTPUT/$NAME"
fi
echo "SOURCE='$1'" >CMakeCache.txt
for word; do
    case $word in -D*) echo "${word#-D}" | sed "s/=\\(.*\\)/='\\1'/" >>CMakeCache.txt;; esac
done
"""

WITH_CMAKE = """
    import os, subprocess, sysconfig
    from distutils.core import setup, Extension
    from distutils.command.build_ext import build_ext
    from distutils.version import LooseVersion

    class CMakeExtension(Extension):
        def __init__(self, name, sourcedir=""):
            Extension.__init__(self, name, sources=[])
            self.sourcedir = os.path.abspath(sourcedir)

    class CMakeBuild(build_ext):
        def run(self):
            told = subprocess.check_output(["./cmake", "--version"]).decode()
            assert LooseVersion(told.split()[2]) >= "3.1"
            for extension in self.extensions:
                self.build_extension(extension)

        def build_extension(self, ext):
            path = os.path.abspath(self.get_ext_fullpath(ext.name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.makedirs(self.build_temp, exist_ok=True)
            cmake = os.path.abspath("cmake")
            output = ["-DOUTPUT=" + os.path.dirname(path), "-DNAME=" + os.path.basename(path)]
            flags = "-DFLAGS=-I" + sysconfig.get_paths()["include"]
            subprocess.check_call([cmake, ext.sourcedir, *output, flags], cwd=self.build_temp)
            subprocess.check_call([cmake, "--build", "."], cwd=self.build_temp)

    setup(name="p", version="1", ext_modules=[CMakeExtension("pkg.one", "native")], packages=["pkg"],
          cmdclass={"build_ext": CMakeBuild})
"""


def test_a_subclass_builds_with_cmake_instead(pair, project, run_setup) -> None:
    files = {
        "setup.py": WITH_CMAKE,
        "cmake": FAKE_CMAKE,
        "native/one.c": module("one", "9"),
        "pkg/__init__.py": "",
    }
    twins = pair(files)
    for folder in (twins.ours, twins.theirs):
        (folder / "cmake").chmod(0o755)
    ours, theirs = twins.run("install", "--root=root", "--prefix=/usr")
    assert ours.stdout.splitlines()[:6] == theirs.stdout.splitlines()[:6]
    assert names_below(twins.ours / "root") == names_below(twins.theirs / "root")
    folder = project(files)
    (folder / "cmake").chmod(0o755)
    run_setup(folder, "build", "--build-lib=out")
    assert answer(folder / "out", "pkg.one") == 9


# Where scripts put their own customize_compiler, and how.
WRAPPERS: dict[str, str] = {
    "in the command's module": "import distutils.command.build_ext as module",
    "in sysconfig, before the command": "import distutils.sysconfig as module",
}

WRAPPED = """
original = module.customize_compiler

def customize(compiler):
    original(compiler)
    compiler.compiler_so = [word for word in compiler.compiler_so if not word.startswith("-W")]
    compiler.compiler_so.append("-DANSWER=77")
    compiler.linker_so[:] = compiler.linker_so + ["-Wl,--as-needed"]

module.customize_compiler = customize
"""


@pytest.mark.parametrize("name", WRAPPERS)
def test_customize_compiler_can_be_wrapped(pair, project, run_setup, recorded, name: str) -> None:
    files = {
        "setup.py": script("[Extension('one', ['one.c'])]", f"{WRAPPERS[name]}\n{WRAPPED}"),
        "one.c": module("one", "ANSWER"),
    }
    compiled, linked = assert_same_run(pair(files), "build_ext", env=recorded)
    assert "-DANSWER=77" in compiled and not [word for word in compiled if word.startswith("-W")]
    assert "-Wl,--as-needed" in linked
    folder = project(files)
    run_setup(folder, "build_ext", "--inplace")
    assert answer(folder, "one") == 77


# What scripts in the wild do in subclasses of build_ext: each runs under both, and prints the same.
SUBCLASSES: dict[str, str] = {
    "flags for the compiler at hand": """
        class Command(build_ext):
            def build_extensions(self):
                print(self.compiler.compiler_type)
                for extension in self.extensions:
                    extension.extra_compile_args = ["-O1"] if self.compiler.compiler_type == "unix" else []
                build_ext.build_extensions(self)
    """,
    "the compiler's lists edited": """
        class Command(build_ext):
            def build_extensions(self):
                for word in ("-Wstrict-prototypes", "-Wall"):
                    if word in self.compiler.compiler_so:
                        self.compiler.compiler_so.remove(word)
                super().build_extensions()
    """,
    "errors filtered by hand": """
        class Command(build_ext):
            def _build_extensions_serial(self):
                for extension in self.extensions:
                    with self._filter_build_errors(extension) as nothing:
                        assert nothing is None
                        self.build_extension(extension)
    """,
    "a filter of its own": """
        import contextlib
        class Command(build_ext):
            @contextlib.contextmanager
            def _filter_build_errors(self, ext):
                print("begin", ext.name)
                try:
                    yield
                except CCompilerError as error:
                    print("failed", ext.name, type(error).__name__)
                print("end", ext.name)
    """,
    "failing is allowed": """
        class Command(build_ext):
            def run(self):
                try:
                    build_ext.run(self)
                except DistutilsPlatformError:
                    print("no")
            def build_extension(self, ext):
                try:
                    build_ext.build_extension(self, ext)
                except (CCompilerError, DistutilsExecError, DistutilsPlatformError) as error:
                    print("failed", ext.name, type(error).__name__)
    """,
    "names of its own": """
        class Command(build_ext):
            def get_ext_filename(self, ext_name):
                return build_ext.get_ext_filename(self, ext_name).replace(".cpython", ".own")
            def get_ext_fullpath(self, ext_name):
                path = super().get_ext_fullpath(ext_name)
                print(path)
                return path
    """,
    "sources made on the way": """
        class Command(build_ext):
            def swig_sources(self, sources, extension):
                made = []
                for source in build_ext.swig_sources(self, sources, extension):
                    if source.endswith(".template"):
                        with open(source) as text, open("made.c", "w") as out:
                            out.write(text.read().replace("TEN", "10"))
                        source = "made.c"
                    made.append(source)
                print(made)
                return made
    """,
    "what was compiled is looked at": """
        class Command(build_ext):
            def build_extension(self, ext):
                super().build_extension(ext)
                print(sorted(self._built_objects))
    """,
    "include folders added in finalize_options": """
        class Command(build_ext):
            def finalize_options(self):
                build_ext.finalize_options(self)
                self.include_dirs.insert(0, "late")
                self.libraries.append("m")
                self.define = [("LATE", None), ("VALUE", "2")]
    """,
    "options of its own": """
        class Command(build_ext):
            user_options = build_ext.user_options + [("own=", None, "one more" + build_ext.sep_by)]
            boolean_options = build_ext.boolean_options + ["flag"]
            def initialize_options(self):
                super().initialize_options()
                self.own = None
    """,
    "another set of compilers, where later versions of distutils have it": """
        import distutils.ccompiler, distutils.command.build_ext as home
        def made(*args, **kwargs):
            print(args, sorted(kwargs.items(), key=str))
            return original(*args, **kwargs)
        # CPython's own takes it from where it is made.
        original = distutils.ccompiler.new_compiler
        if hasattr(home, "new_compiler"):
            home.new_compiler = made
        else:
            distutils.ccompiler.new_compiler = made
        Command = build_ext
    """,
    "another set of compilers": """
        class Command(build_ext):
            def run(self):
                import distutils.ccompiler as ccompiler
                new_compiler = ccompiler.new_compiler
                def made(*args, **kwargs):
                    print(args, sorted(kwargs.items(), key=str))
                    return new_compiler(*args, **kwargs)
                ccompiler.new_compiler = made
                super().run()
    """,
}

SUBCLASSED = """
from distutils.command.build_ext import build_ext
from distutils.core import setup, Extension
from distutils.errors import *

{subclass}

setup(name="p", version="1", cmdclass={{"build_ext": Command}}, ext_modules=[
    Extension("one", ["one.c"]),
    Extension("bad", ["bad.c"], optional=True),
    Extension("two", ["two.template"] if "made" in {name!r} else ["two.c"]),
])
"""


@pytest.mark.parametrize("name", SUBCLASSES)
def test_a_subclass_sees_and_changes_what_it_does_in_cpython(pair, recorded, name: str) -> None:
    subclass = textwrap.dedent(SUBCLASSES[name])
    two = module("two", "2")
    twins = pair(
        {
            "setup.py": SUBCLASSED.format(subclass=subclass, name=name),
            "one.c": module("one"),
            "bad.c": "bad\n",
            "two.c": two,
            "two.template": two.replace("(2)", "(TEN)"),
        }
    )
    ours, theirs = twins.run("build_ext", "--build-lib=out", env=recorded)
    here, there = told(ours.stdout), told(theirs.stdout)
    assert sorted(here) == sorted(there)
    # All extensions may be asked what they are before the first of them is compiled: each kind in its order.
    for commands in (True, False):
        kept = [
            [line for line in run if line[0].startswith("recording") is commands] for run in (here, there)
        ]
        assert kept[0] == kept[1]
    assert command_lines(twins.ours) == command_lines(twins.theirs)
    assert names_below(twins.ours, "argv") == names_below(twins.theirs, "argv")


ASKING = """
from distutils.command.build_ext import build_ext
from distutils.core import Extension, setup

class asking_build_ext(build_ext):
    def get_libraries(self, ext):
        return super().get_libraries(ext)

setup(name="p", ext_modules=[Extension("one", ["one.c"])], cmdclass={"build_ext": asking_build_ext})
"""


def test_an_extension_is_announced_once_where_its_libraries_are_asked_for_behind_its_objects(
    project, run_setup
) -> None:
    folder = project({"setup.py": ASKING, "one.c": module("one")})
    first = run_setup(folder, "build_ext").stdout
    assert first.count("building 'one' extension") == 1
    assert " -shared " in first
    (folder / "one.c").write_text(module("one") + "/* changed */\n")
    assert run_setup(folder, "build_ext").stdout.count("building 'one' extension") == 1
    again = run_setup(folder, "-v", "build_ext").stdout
    assert again.count("skipping 'one' extension") == 1
    assert "building" not in again
