"""Arguments of `setup()` beyond distutils' own: what they may be, and what they write."""

from __future__ import annotations

import subprocess
import sysconfig
import tarfile
from email.parser import Parser
from pathlib import Path

import pytest
import wheels
from wheels import only_wheel

PROJECT = {
    "pkg/__init__.py": "def main():\n    print('main')\n\nclass C:\n    run = staticmethod(main)\n",
    "README": "",
    "LICENSE": "yours\n",
}


def script(arguments: str) -> str:
    return (
        "from distutils.core import setup\n"
        "setup(name='p', version='1', packages=['pkg'], url='u', author='a', author_email='e', "
        f"{arguments})\n"
    )


def pkg_info(folder: Path) -> str:
    (found,) = (folder / "root").rglob("*.egg-info")
    return (found / "PKG-INFO" if found.is_dir() else found).read_text()


INSTALL = ["install", "--root=root", "--prefix=/usr"]


def test_a_script_that_uses_none_of_them_writes_what_cpythons_distutils_writes(twins) -> None:
    both = twins({**PROJECT, "setup.py": script("classifiers=['A'], license='MIT'")})
    assert both.ours is not None
    both.run(*INSTALL)
    assert pkg_info(both.ours) == pkg_info(both.theirs)
    assert pkg_info(both.ours).startswith("Metadata-Version: 1.1\n")


USED = {
    "install_requires=['x>=1']": ("Requires-Dist", ["x>=1"]),
    "install_requires='x>=1\\n# no\\ny\\n'": ("Requires-Dist", ["x>=1", "y"]),
    "install_requires=('x',)": ("Requires-Dist", ["x"]),
    "extras_require={'A.b': 'x', 'c': []}": ("Provides-Extra", ["a-b", "c"]),
    "extras_require={'a:os_name==\"nt\"': ['x']}": (
        "Requires-Dist",
        ['x; os_name=="nt" and extra == "a"'],
    ),
    "python_requires='>= 3.8, <4'": ("Requires-Python", [">=3.8,<4"]),
    "project_urls={'Docs': 'https://d'}": ("Project-URL", ["Docs, https://d"]),
    "long_description='x', long_description_content_type='text/x-rst'": (
        "Description-Content-Type",
        ["text/x-rst"],
    ),
    "license_files=['LIC*']": ("License-File", ["LICENSE"]),
    "license_files=[]": ("License-File", None),
    "license_expression='apache-2.0 OR mit'": ("License-Expression", ["Apache-2.0 OR MIT"]),
    "zip_safe=False": ("Metadata-Version", ["2.4"]),
    "entry_points='[g]\\na = pkg'": ("Metadata-Version", ["2.4"]),
}


@pytest.mark.parametrize("arguments", USED)
def test_with_any_of_them_metadata_are_2_4_everywhere(arguments, project, run_setup) -> None:
    field, values = USED[arguments]
    folder = project({**PROJECT, "setup.py": script(arguments)})
    run_setup(folder, *INSTALL)
    run_setup(folder, "bdist_wheel", "sdist", "egg_info", "dist_info")
    texts = [
        pkg_info(folder),
        wheels.info(only_wheel(folder), "METADATA"),
        (folder / "p.egg-info/PKG-INFO").read_text(),
        (folder / "p-1.dist-info/METADATA").read_text(),
    ]
    assert set(texts) == {texts[0]}
    headers = Parser().parsestr(texts[0])
    assert headers["Metadata-Version"] == "2.4"
    assert headers.get_all(field) == values


WRONG = {
    "install_requires=5": "'install_requires' must be a list of strings, or a string with",
    "install_requires={'x': 1}": "'install_requires' must be a list",
    "extras_require=['x']": "'extras_require' must be a dictionary of lists of strings (got ['x'])",
    "extras_require={'x': 1}": "'extras_require' must be a dictionary of lists of strings",
    "python_requires=3": "'python_requires' must be a string (got 3)",
    "entry_points=['x']": "'entry_points' must be a dictionary",
    "project_urls={'x': 1}": "'project_urls' must be a dictionary of strings",
    "license_files='LICENSE'": "'license_files' must be a list of strings (got 'LICENSE')",
    "license_expression=1": "'license_expression' must be a string",
    "exclude_package_data=['x']": "'exclude_package_data' must be a dictionary of lists of strings",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_a_value_of_another_type_is_an_error_that_names_it(arguments, project, run_setup) -> None:
    folder = project({**PROJECT, "setup.py": script(arguments)})
    done = run_setup(folder, "--name", status=1)
    assert f"error in p setup command: {WRONG[arguments]}" in done.stderr or WRONG[arguments] in done.stderr
    assert "Traceback" not in done.stderr


BROKEN = {
    "install_requires=['x y']": "'install_requires': \"x y\" is not a requirement: ",
    "extras_require={'t': ['x>>1']}": '\'extras_require["t"]\': "x>>1" is not a requirement: ',
    "extras_require={'a b': ['x']}": '\'extras_require["a b"]\': "a b" is not the name of an extra',
    "extras_require={'a_b': [], 'A-b': []}": 'is the same extra as "a_b"',
    "extras_require={':os_nam==1': ['x']}": "'extras_require[\":os_nam==1\"]': ",
    "python_requires='3.8+'": "'python_requires': \"3.8+\" is not a version specifier",
    "license_expression='MIT License'": "'license_expression': \"MIT License\" is not an SPDX licence",
    "license_expression='MIT', license='MIT'": "'license': \"MIT\" stands beside a licence expression",
    "license_expression='MIT', classifiers=['License :: OSI Approved']": "'classifiers': ",
    "entry_points={'console_scripts': ['x']}": "'entry_points': \"x\" is not an entry point",
    "entry_points={'console_scripts': ['x = pkg']}": "'entry_points': \"x = pkg\" is not a script",
    "project_urls={'a, b': 'x'}": "'project_urls': \"a, b\" is no label of an address",
    "description='a\\x07b'": "'description': \"a\\u{7}b\" has a control character in it",
    "maintainer='a\\nb'": "'maintainer': \"a\\nb\" has a line break in it",
    "long_description='a\\x00'": "'long_description' has a control character in it",
    "long_description_content_type='text/html'": "'long_description_content_type': \"text/html\" must be",
}


@pytest.mark.parametrize("arguments", BROKEN)
def test_what_breaks_a_standard_is_an_error_of_one_line_and_leaves_no_wheel(
    arguments, project, run_setup
) -> None:
    folder = project({**PROJECT, "setup.py": script(arguments)})
    done = run_setup(folder, "bdist_wheel", status=1)
    (line,) = [line for line in done.stderr.splitlines() if "error" in line]
    assert BROKEN[arguments] in line
    assert not (folder / "dist").exists() or not list((folder / "dist").iterdir())


@pytest.mark.parametrize(("name", "version"), [("p", "1.x.y"), ("-p-", "1"), ("p q", "1")])
def test_a_bad_name_or_version_is_an_error(name, version, project, run_setup) -> None:
    text = script("").replace("'p'", repr(name)).replace("'1'", repr(version))
    done = run_setup(project({**PROJECT, "setup.py": text}), "bdist_wheel", status=1)
    shown = version if name == "p" else name
    assert f'"{shown}" is not a ' in done.stderr


POINTS = [
    "{'console_scripts': ['hi = pkg:main', 'ho=pkg:C.run'], 'gui_scripts': 'gui = pkg:main'}",
    "'[console_scripts]\\nhi = pkg:main\\nho = pkg:C.run\\n\\n[gui_scripts]\\ngui=pkg:main'",
]


@pytest.mark.parametrize("points", POINTS, ids=["dictionary", "text"])
def test_entry_points_become_scripts_where_they_are_installed(points, project, run_setup) -> None:
    folder = project({**PROJECT, "setup.py": script(f"entry_points={points}")})
    run_setup(folder, *INSTALL, "--record=record")
    (info,) = (folder / "root").rglob("*.egg-info")
    expected = "[console_scripts]\nhi = pkg:main\nho = pkg:C.run\n\n[gui_scripts]\ngui = pkg:main\n"
    assert (info / "entry_points.txt").read_text() == expected
    listed = (folder / "record").read_text().split()
    for name in ("hi", "ho", "gui"):
        assert f"/usr/bin/{name}" in listed
        command = [folder / "root/usr/bin" / name]
        done = subprocess.run(
            command, env={"PYTHONPATH": str(info.parent)}, capture_output=True, text=True, check=True
        )
        assert done.stdout == "main\n"
    # Again, over what is there.
    run_setup(folder, *INSTALL)
    # In a wheel they are for the installer to make.
    run_setup(folder, "bdist_wheel")
    assert wheels.info(only_wheel(folder), "entry_points.txt") == expected
    assert not [name for name in wheels.contents(only_wheel(folder)) if "scripts/" in name]


DATA = {
    **PROJECT,
    "pkg/a.txt": "a",
    "pkg/b.tmp": "b",
    "pkg/templates/x.html": "x",
    "pkg/templates/deep/y.tmp": "y",
    "pkg/templates/code.py": "",
    "other/z.txt": "z",
    "MANIFEST.in": "recursive-include pkg *\nrecursive-include other *\nprune pkg/none\n",
}


def test_include_package_data_takes_what_the_template_chooses_but_for_what_is_excluded(
    project, run_setup
) -> None:
    arguments = (
        "include_package_data=True, exclude_package_data={'': ['*.tmp']}, package_data={'pkg': ['a.*']}"
    )
    folder = project({**DATA, "setup.py": script(arguments)})
    run_setup(folder, "build")
    built = {
        path.relative_to(folder / "build/lib").as_posix() for path in (folder / "build/lib").rglob("*.*")
    }
    assert built == {"pkg/__init__.py", "pkg/a.txt", "pkg/templates/x.html", "pkg/templates/code.py"}
    plain = project({**DATA, "setup.py": script("package_data={'pkg': ['a.*']}")}, "plain")
    run_setup(plain, "build")
    assert {path.name for path in (plain / "build/lib").rglob("*.*")} == {"__init__.py", "a.txt"}


def test_a_find_data_files_of_a_scripts_own_can_call_ours(project, run_setup) -> None:
    own = """
from distutils.command.build_py import build_py
class mine(build_py):
    def find_data_files(self, package, src_dir):
        return [file for file in build_py.find_data_files(self, package, src_dir) if "x.html" in file]
"""
    text = own + script("include_package_data=True, cmdclass={'build_py': mine}")
    folder = project({**DATA, "setup.py": text})
    run_setup(folder, "build")
    assert {path.name for path in (folder / "build/lib").rglob("*.*")} == {"__init__.py", "x.html"}


def test_dist_info_goes_where_it_is_asked_for_and_tags_change_the_version(project, run_setup) -> None:
    folder = project({**PROJECT, "setup.py": script("")})
    (folder / "out").mkdir()
    run_setup(folder, "egg_info", "--egg-base=out", "--tag-build=.dev3", "dist_info", "--output-dir=out")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["p-1.dev3.dist-info", "p.egg-info"]
    names = sorted(path.name for path in (folder / "out/p-1.dev3.dist-info").iterdir())
    assert names == ["METADATA", "licenses", "top_level.txt"]
    sources = (folder / "out/p.egg-info/SOURCES.txt").read_text().split()
    assert sources == ["README", "setup.py", "pkg/__init__.py"]


# As setuptools does it: its `Distribution` is a subclass, and has commands of its own for all of this.
SETUPTOOLS = """
import distutils.core, distutils.dist
class Distribution(distutils.dist.Distribution):
    __module__ = "setuptools.dist"
    def __init__(self, attrs=None):
        super().__init__({k: v for k, v in attrs.items() if k != "license_files"})
        self.metadata.license_files = attrs.get("license_files")
distutils.core.Distribution = Distribution
distutils.dist.DistributionMetadata.write_pkg_file = lambda self, file: file.write("Name: p\\n")
"""


def test_keywords_are_setuptools_where_the_distribution_is(project, run_setup) -> None:
    arguments = (
        "python_requires=['>=3.0', '!=3.1'], license_files=['LICENSE', '../LICENSE'], scripts=['run'], "
        "entry_points={'console_scripts': ['hi = pkg:main']}, include_package_data=True"
    )
    text = SETUPTOOLS + script(arguments)
    folder = project({**DATA, "setup.py": text, "run": "#!python\n", "../LICENSE": ""})
    run_setup(folder, *INSTALL, "sdist", "--formats=gztar")
    installed = {path.name for path in (folder / "root").rglob("*") if path.is_file()}
    assert "run" in installed
    assert not installed & {"hi", "a.txt"}
    with tarfile.open(folder / "dist/p-1.tar.gz") as archive:
        assert "p-1/LICENSE" not in archive.getnames()


def test_metadata_have_what_was_given_alone(distutils) -> None:
    from distutils.dist import Distribution

    given = Distribution({"name": "p", "project_urls": {"Docs": "https://d"}}).metadata
    assert given.project_urls == {"Docs": "https://d"}
    assert not hasattr(given, "license_files")
    assert not hasattr(type(given)(), "project_urls")


def test_setuptools_says_what_a_namespace_is_and_which_fields_are_required(project, run_setup) -> None:
    text = SETUPTOOLS + script("package_dir={'pkg': 'space'}").replace("url='u', author='a', ", "")
    files = {**PROJECT, "space/m.py": "", "setup.py": text}
    done = run_setup(project(files), "build", "check", "--strict")
    assert "warning" not in done.stderr + done.stdout
    plain = project({**files, "setup.py": text.removeprefix(SETUPTOOLS)}, "plain")
    done = run_setup(plain, "build", "check")
    assert "package init file 'space/__init__.py' not found" in done.stderr
    assert "missing required meta-data: url" in done.stderr


def test_our_own_commands_and_formats_are_not_there_in_a_project_of_setuptools(project, run_setup) -> None:
    stand_in = "import sys, types\nsys.modules['setuptools'] = types.SimpleNamespace(__version__='65.7')\n"
    folder = project({**PROJECT, "setup.py": stand_in + SETUPTOOLS + script("license_files=[]")})
    said = run_setup(folder, "--help-commands").stdout
    for command in ("bdist_wheel", "editable_wheel", "dist_info", "egg_info", "develop"):
        assert command not in said
    for command in ("bdist_wheel", "editable_wheel"):
        done = run_setup(folder, command, status=1)
        assert f"error: invalid command '{command}'" in done.stderr
        assert f"mean '{command}'" not in done.stderr
    done = run_setup(folder, "bdist", "--formats=wheel", status=1)
    assert done.stderr.endswith("error: invalid format 'wheel'\n")
    assert "formats=wheel" not in run_setup(folder, "bdist", "--help-formats").stdout


# Its command derives from distutils', not from setuptools'.
LIMITED = """
from distutils.core import Extension, setup
from distutils.command.build_ext import build_ext
class Command(build_ext):
    def run(self):
        print(self.get_ext_fullpath("pkg.e"))
extension = Extension("pkg.e", ["e.c"], py_limited_api=True)
setup(name="p", version="1", ext_modules=[extension], cmdclass={"build_ext": Command}, license_files=[])
"""


def test_what_setuptools_builds_is_not_named_for_the_stable_abi(project, run_setup) -> None:
    ending = sysconfig.get_config_var("EXT_SUFFIX")
    folder = project({**PROJECT, "setup.py": SETUPTOOLS + LIMITED})
    assert run_setup(folder, "-q", "build_ext").stdout.strip().endswith(f"/pkg/e{ending}")
    plain = project({**PROJECT, "setup.py": LIMITED}, "plain")
    assert ".abi3." in run_setup(plain, "-q", "build_ext").stdout
