"""build and build_py: which files are built, from where, when, and what is said of those that cannot be."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from twins import setup_py

PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "value = 1\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/deep.py": "",
}

# name: the arguments of setup(), and the files beside the setup script.
LAYOUTS: dict[str, tuple[dict[str, object], dict[str, str | bytes]]] = {
    "a package": ({"packages": ["pkg"]}, PACKAGE),
    "a package in another": ({"packages": ["pkg", "pkg.sub"]}, PACKAGE),
    "an inner package alone": ({"packages": ["pkg.sub"]}, PACKAGE),
    "modules of no package": ({"py_modules": ["one", "two"]}, {"one.py": "", "two.py": "", "three.py": ""}),
    "a module of a package": ({"py_modules": ["pkg.mod"]}, PACKAGE),
    "a module of a package without init file": ({"py_modules": ["d.m"]}, {"d/m.py": ""}),
    "a module that is missing": ({"py_modules": ["there", "missing"]}, {"there.py": ""}),
    "modules and packages": ({"py_modules": ["one"], "packages": ["pkg"]}, {"one.py": "", **PACKAGE}),
    "packages in a folder": (
        {"package_dir": {"": "src"}, "packages": ["pkg"], "py_modules": ["one"]},
        {"src/one.py": "", "src/pkg/__init__.py": "", "src/pkg/m.py": ""},
    ),
    "a folder for one package": (
        {"package_dir": {"pkg": "lib", "other.in": "x/y"}, "packages": ["pkg", "pkg.sub", "other.in"]},
        {"lib/__init__.py": "", "lib/sub/__init__.py": "", "x/y/__init__.py": "", "x/y/z.py": ""},
    ),
    "the outermost folder is the package": (
        {"package_dir": {"pkg": ""}, "packages": ["pkg"]},
        {"__init__.py": "", "a.py": ""},
    ),
    "a folder with a dot in front": (
        {"package_dir": {"": "./src/../src"}, "packages": ["pkg"]},
        {"src/pkg/__init__.py": ""},
    ),
    "everything in no package": (
        {"packages": [""], "package_dir": {"": "src"}},
        {"src/a.py": "", "src/b.py": ""},
    ),
    "no init file": ({"packages": ["pkg"]}, {"pkg/a.py": ""}),
    "names that patterns could trip over": (
        {"package_dir": {"pkg": "we[i]rd *"}, "packages": ["pkg"], "package_data": {"pkg": ["*.t"]}},
        {"we[i]rd */__init__.py": "", "we[i]rd */a.t": "", "wei/a.t": ""},
    ),
    "what is no module": (
        {"packages": ["pkg"]},
        {
            "pkg/__init__.py": "",
            "pkg/.hidden.py": "",
            "pkg/a.txt": "",
            "pkg/b.pyc": b"",
            "pkg/.py": "",
            "pkg/py": "",
        },
    ),
    "package data": (
        {
            "packages": ["pkg", "pkg.sub"],
            "package_data": {
                "": ["*.cfg"],
                "pkg": ["data/*", "*.txt", "a.*", "none*"],
                "pkg.sub": ["../top.txt"],
            },
        },
        {
            **PACKAGE,
            "pkg/top.txt": "t",
            "pkg/a.txt": "twice",
            "pkg/p.cfg": "",
            "pkg/.hidden.txt": "",
            "pkg/data/x": "x",
            "pkg/data/.y": "",
            "pkg/data/folder/z": "",
            "pkg/sub/s.cfg": "",
        },
    ),
    "package data by kinds of patterns": (
        {"packages": ["pkg"], "package_data": {"pkg": ["[ab]?.t", "[!ab]*.u", "*/*.v", "x/y.w", "**/q.v"]}},
        {
            "pkg/__init__.py": "",
            **{
                f"pkg/{name}": name
                for name in ("a1.t", "b22.t", "c.u", "a.u", "d/e.v", "d/f/q.v", "d/q.v", "x/y.w")
            },
        },
    ),
    "a package twice": (
        {"packages": ["pkg", "pkg"], "package_data": {"pkg": ["*.txt"]}},
        {**PACKAGE, "pkg/a.txt": ""},
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_built_is_what_cpython_builds(twins, name: str) -> None:
    keywords, files = LAYOUTS[name]
    pair = twins({"setup.py": setup_py(**keywords), **files})
    for command in (["build"], ["build"], ["build_py", "--build-lib=other/lib", "--compile", "--optimize=1"]):
        ours, theirs = pair.run(*command)
        # The order in a folder is the disk's there, and by name here.
        lines = [sorted(set(done.stdout.splitlines())) for done in (ours, theirs)]
        written = [line for line in lines[1] if "script '" not in line and not line.startswith("removing /")]
        if command[0] == "build":
            assert lines[0] == written
        assert sorted(set(ours.stderr.splitlines())) == sorted(set(theirs.stderr.splitlines()))
    pair.assert_same("build", "other")


def test_modes_and_times_are_those_that_cpython_gives(twins) -> None:
    pair = twins(
        {"setup.py": setup_py(packages=["pkg"], package_data={"pkg": ["*.sh"]}), **PACKAGE, "pkg/r.sh": ""}
    )
    (pair.ours / "pkg/mod.py").chmod(0o444)
    (pair.ours / "pkg/r.sh").chmod(0o755)
    os.utime(pair.ours / "pkg/mod.py", ns=(10**18 + 1, 10**18 + 123456789))
    pair.copy()
    pair.run("-q", "build")
    pair.assert_same("build")
    built = (pair.ours / "build/lib/pkg/mod.py").stat()
    assert built.st_mtime_ns == 10**18 + 123456789
    assert built.st_mode & 0o200


def test_links_are_followed(twins) -> None:
    pair = twins({"setup.py": setup_py(packages=["pkg", "linked"]), **PACKAGE, "elsewhere.py": "x = 1\n"})
    (pair.ours / "pkg/link.py").symlink_to("../elsewhere.py")
    (pair.ours / "linked").symlink_to("pkg")
    pair.copy()
    pair.run("-q", "build")
    assert ("file", b"x = 1\n") == pair.assert_same("build")["lib/linked/link.py"][::2]


def test_a_name_that_is_not_utf_8_is_built_too(twins) -> None:
    pair = twins({"setup.py": setup_py(packages=["pkg"], package_data={"pkg": ["*.dat"]}), **PACKAGE})
    for name in (b"m\xff.py", b"d\xfe.dat"):
        Path(os.fsdecode(os.fsencode(pair.ours / "pkg") + b"/" + name)).write_text("")
    pair.copy()
    pair.run("-q", "build")
    assert os.fsdecode(b"lib/pkg/d\xfe.dat") in pair.assert_same("build")


@pytest.fixture
def built(project, run_setup) -> Path:
    folder = project(
        {"setup.py": setup_py(packages=["pkg"], package_data={"pkg": ["*.txt"]}), **PACKAGE, "pkg/a.txt": ""}
    )
    run_setup(folder, "-q", "build")
    return folder


def copied(done) -> list[str]:
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("copying ")]


def test_only_what_is_newer_is_built_again(built: Path, run_setup) -> None:
    assert copied(run_setup(built, "build")) == []
    shutil.rmtree(built / "build/lib/pkg/sub", ignore_errors=True)
    (built / "build/lib/pkg/a.txt").unlink()
    newer = (built / "pkg/mod.py").stat().st_mtime_ns + 1
    os.utime(built / "pkg/mod.py", ns=(newer, newer))
    assert copied(run_setup(built, "build")) == ["pkg/mod.py", "pkg/a.txt"]


def test_with_force_everything_is_built_again(built: Path, run_setup) -> None:
    assert copied(run_setup(built, "build", "--force")) == ["pkg/__init__.py", "pkg/mod.py", "pkg/a.txt"]


def test_what_is_up_to_date_is_told_at_the_highest_verbosity(built: Path, run_setup) -> None:
    done = run_setup(built, "-v", "-v", "build")
    assert "not copying pkg/mod.py (output up-to-date)" in done.stdout.splitlines()


REPORT = """
import sys
from distutils.core import setup
from distutils.command.build_py import build_py

class reporting(build_py):
    def run(self):
        super().run()
        print(self.get_package_dir("pkg.sub"), self.get_package_dir("x"), self.get_package_dir(""))
        print(sorted(self.get_outputs()), sorted(self.get_outputs(include_bytecode=0)))
        print(sorted(self.get_source_files()), sorted(self.find_all_modules()), sorted(self.find_modules()))
        print([(*row[:3], sorted(row[3])) for row in self.data_files])
        print(self.get_module_outfile("b", ["x", "y"], "z"), self.get_module_outfile("", (), "z"))
        print(sorted(self.find_data_files("pkg", "src/pkg")), self.packages, self.package_dir)
        print(self.build_module("mod", "src/pkg/mod.py", ["n"]))
        print(self.build_module("mod", "src/pkg/mod.py", "n"))
        print(self.check_module("m", "src/one.py"), self.check_package("pkg", "src/pkg"))
        print(self.check_package("", ""))

setup(
    name="p",
    package_dir={"": "src", "x": "deep/er"},
    packages=["pkg", "pkg.sub"],
    py_modules=["one", "x.two"],
    package_data={"pkg": ["*.txt"]},
    cmdclass={"build_py": reporting},
)
"""


def test_each_method_answers_as_cpythons_does(twins) -> None:
    files = {f"src/{name}": text for name, text in {**PACKAGE, "pkg/a.txt": "", "pkg/b.txt": ""}.items()}
    pair = twins(
        {"setup.py": REPORT, "src/one.py": "", "deep/er/two.py": "", "deep/er/__init__.py": "", **files}
    )
    for options in ([], ["--compile"], ["-O2", "--compile"]):
        ours, theirs = pair.run("-q", "build_py", *options)
        assert ours.stdout == theirs.stdout


# As scikit-build looks for modules: none of what `Command.__init__` and `initialize_options` set is there.
FINDER = """
from distutils.command.build_py import build_py
from distutils.dist import Distribution


class Finder(build_py):
    def __init__(self, **attributes):
        vars(self).update(attributes)


finder = Finder(packages=["pkg", "bare"], package_dir={}, py_modules=["m", "gone"])
finder.package_data = {"": ["*.txt"]}
print(finder.get_package_dir("pkg"), finder.check_package("pkg", "pkg"), finder.check_package("bare", "bare"))
print(finder.check_module("m", "m.py"), finder.check_module("gone", "gone.py"), finder.find_modules())
finder.data_files = []
print(finder.find_data_files("pkg", "pkg"), finder.get_module_outfile("b", ["pkg"], "m"))
finder.distribution = Distribution()
finder.distribution.script_name = "setup.py"
print(sorted(finder.find_package_modules("pkg", "pkg")), sorted(finder.find_all_modules()))
print(sorted(finder.get_source_files()))
"""


def test_a_command_that_leaves_out_its_init_answers_what_cpythons_does(twins) -> None:
    files = {"setup.py": FINDER, "pkg/__init__.py": "", "pkg/a.txt": "", "bare/b.py": "", "m.py": ""}
    ours, theirs = twins(files).run()
    assert (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr)
    assert "[('', 'm', 'm.py')]" in ours.stdout


# name: the arguments of setup(), the files, and what the error says.
MISTAKES: dict[str, tuple[dict[str, object], dict[str, str | bytes], str]] = {
    "a package without a folder": ({"packages": ["pkg"]}, {}, "package directory 'pkg' does not exist"),
    "the second of many": (
        {"packages": ["pkg", "gone", "lost"]},
        {"pkg/__init__.py": ""},
        "package directory 'gone' does not exist",
    ),
    "a file in the place of a folder": (
        {"packages": ["pkg"]},
        {"pkg": ""},
        "supposed package directory 'pkg' exists, but is not a directory",
    ),
    "a folder named like a module": (
        {"packages": ["pkg"]},
        {"pkg/__init__.py": "", "pkg/x.py/y": ""},
        "can't copy 'pkg/x.py': doesn't exist or not a regular file",
    ),
    "a name for a list of packages": ({"packages": "pkg"}, PACKAGE, "'packages' must be a list of strings"),
    "a name for a list of modules": (
        {"py_modules": "one"},
        {"one.py": ""},
        "'py_modules' must be a list of strings",
    ),
    "a number for a package": ({"packages": [5]}, {}, "'packages' must be a list of strings (got [5])"),
    "folders that are no dictionary": (
        {"packages": ["pkg"], "package_dir": "src"},
        PACKAGE,
        "'package_dir' must be a dictionary of ",
    ),
    "a pattern for a list of patterns": (
        {"packages": ["pkg"], "package_data": {"pkg": "*.txt"}},
        PACKAGE,
        "'package_data' must be a dictionary of lists of strings",
    ),
    "an absolute pattern": (
        {"packages": ["pkg"], "package_data": {"pkg": ["/etc/host*"]}},
        PACKAGE,
        "pattern '/etc/host*' is absolute",
    ),
    "a folder in the place of a built module": (
        {"packages": ["pkg"]},
        {**PACKAGE, "build/lib/pkg/mod.py/x": ""},
        "build/lib/pkg/mod.py",
    ),
    "a file in the place of the build folder": ({"packages": ["pkg"]}, {**PACKAGE, "build": ""}, "'build"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_built_is_one_line_that_names_it(project, run_setup, tree, name: str) -> None:
    keywords, files, expected = MISTAKES[name]
    folder = project({"setup.py": setup_py(**keywords), **files})
    done = run_setup(folder, "build", status=1)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert expected in last
    assert "Traceback" not in done.stderr
    assert not [path for path in tree(folder) if ".oxidist" in path]


def test_a_loop_of_links_is_named(project, run_setup) -> None:
    folder = project({"setup.py": setup_py(packages=["pkg"]), **PACKAGE})
    (folder / "pkg/loop.py").symlink_to("loop.py")
    assert "error: can't copy 'pkg/loop.py'" in run_setup(folder, "build", status=1).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_what_was_copied_before_an_error_is_told_and_whole(project, run_setup) -> None:
    many = {f"pkg/m{number:03}.py": f"x = {number}\n" * 50 for number in range(100)}
    folder = project({"setup.py": setup_py(packages=["pkg"]), "pkg/__init__.py": "", **many})
    (folder / "pkg/m050.py").unlink()
    (folder / "pkg/m050.py").symlink_to("/dev/full")
    done = run_setup(folder, "build", status=1)
    assert "can't copy 'pkg/m050.py'" in done.stderr
    assert copied(done) == ["pkg/__init__.py", *(f"pkg/m{number:03}.py" for number in range(50))]
    for path in (folder / "build/lib/pkg").iterdir():
        assert path.read_bytes() == (folder / "pkg" / path.name).read_bytes()


@pytest.mark.parametrize(
    "hook", ["copy_file", "mkpath", "find_package_modules", "get_package_dir", "build_module"]
)
def test_an_override_sees_every_file_and_changes_nothing_else(project, run_setup, tree, hook: str) -> None:
    script = """
        from distutils.command.build_py import build_py
        from distutils.core import setup

        class counting(build_py):
            def HOOK(self, *arguments, **keywords):
                print("called", *map(str, arguments))
                return super().HOOK(*arguments, **keywords)

        setup(name="p", packages=["pkg", "pkg.sub"], package_data={"pkg": ["*.txt"]}, cmdclass=CMDCLASS)
    """.replace("HOOK", hook)
    files = {**PACKAGE, "pkg/a.txt": ""}
    plain = project({"setup.py": script.replace("CMDCLASS", "{}"), **files}, name="plain")
    replaced = project(
        {"setup.py": script.replace("CMDCLASS", "{'build_py': counting}"), **files}, name="replaced"
    )
    run_setup(plain, "-q", "build")
    done = run_setup(replaced, "-q", "build")
    assert tree(plain / "build") == tree(replaced / "build")
    per_file = {"copy_file": 5, "mkpath": 5, "build_module": 4}
    calls = [line for line in done.stdout.splitlines() if line.startswith("called")]
    assert len(calls) == per_file[hook] if hook in per_file else len(calls) >= 2


def test_the_setup_script_is_no_module_of_a_package(twins) -> None:
    pair = twins(
        {"setup.py": setup_py(packages=["pkg"], package_dir={"pkg": "."}), "__init__.py": "", "other.py": ""}
    )
    pair.run("-q", "build")
    assert "lib/pkg/setup.py" not in pair.assert_same("build")


TWO = """
from distutils.command.build_py import build_py_2to3
from distutils.command.build_scripts import build_scripts_2to3
from distutils.core import setup

setup(
    name="p",
    packages=["pkg"],
    py_modules=["one"],
    scripts=["run"],
    cmdclass={"build_py": build_py_2to3, "build_scripts": build_scripts_2to3},
)
"""
IN_PYTHON_2 = {
    "setup.py": TWO,
    "pkg/__init__.py": "print 'package'\n",
    "one.py": "print 'module'\n",
    "run": "#!/usr/bin/python\nprint 'script'\n",
}


def test_a_source_in_python_2_is_translated_where_python_can(twins) -> None:
    pair = twins(IN_PYTHON_2)
    pair.run("-q", "build")
    assert pair.assert_same("build")["lib/pkg/__init__.py"][2] == b"print('package')\n"
    (pair.ours / "build/lib/one.py").write_text("untouched")
    pair.run("-q", "build")
    assert (pair.ours / "build/lib/one.py").read_text() == "untouched"


@pytest.mark.skipif(sys.version_info < (3, 13), reason="this Python has lib2to3")
def test_where_it_cannot_the_error_says_so(project, run_setup) -> None:
    done = run_setup(project(IN_PYTHON_2), "-q", "build", status=1)
    assert done.stderr.strip().splitlines() == [
        "error: a source in Python 2 cannot be translated here: No module named 'lib2to3'"
    ]


BUILD_OPTIONS = [
    [],
    ["--build-base=b"],
    ["--build-lib=l", "--build-temp=t", "--build-scripts=s"],
    ["--build-purelib=pure", "--build-platlib=plat"],
    ["--parallel=3", "--debug", "--force"],
    ["--executable=/usr/bin/x", "--compiler=unix"],
]


@pytest.mark.parametrize("options", BUILD_OPTIONS, ids=" ".join)
@pytest.mark.parametrize("extensions", ["None", "[Extension('e', ['e.c'])]"])
def test_the_options_of_build_come_to_the_same_values(twins, options: list[str], extensions: str) -> None:
    script = f"""
        from distutils.core import setup, Extension
        from distutils.command.build import build

        class reporting(build):
            def run(self):
                self.dump_options()
                print(self.get_sub_commands(), self.has_ext_modules(), bool(self.has_scripts()))

        setup(name="p", ext_modules={extensions}, packages=["x"], cmdclass={{"build": reporting}})
    """
    pair = twins({"setup.py": script, "x/__init__.py": ""})
    ours, theirs = pair.run("build", *options)
    assert ours.stdout.replace(str(pair.ours), "") == theirs.stdout.replace(str(pair.theirs), "")


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--plat-name=linux-x", "--plat-name only supported on Windows"),
        ("--parallel=many", "should be an integer"),
    ],
)
def test_an_option_of_build_that_is_wrong_ends_the_run(
    project, run_setup, option: str, expected: str
) -> None:
    folder = project({"setup.py": setup_py(py_modules=["m"]), "m.py": ""})
    assert expected in run_setup(folder, "build", option, status=1).stderr


@pytest.mark.parametrize("level", ["3", "-1", "x", ""])
def test_a_level_of_optimisation_is_0_1_or_2(project, run_setup, level: str) -> None:
    folder = project({"setup.py": setup_py(py_modules=["m"]), "m.py": ""})
    done = run_setup(folder, "build_py", f"--optimize={level}", status=1)
    assert done.stderr.strip().splitlines()[-1] == "error: optimize must be 0, 1, or 2"
