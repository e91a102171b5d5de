"""Rules and names that are written with `./` or doubled slashes, where no setuptools has a say."""

import distutils.filelist
from pathlib import Path

import pytest
from archives import members

FILES = ["p/__init__.py", "p/a.txt", "p/secret.py", "p/tests/t.py", "p/tests/deep/t.py"]
SETUP = "from distutils.core import setup\nsetup(name='d', version='1', packages=['p'])\n"


def chosen(*rules: str, files: list[str] | None = None) -> list[str]:
    filelist = distutils.filelist.FileList()
    filelist.set_allfiles(FILES)
    filelist.extend(FILES if files is None else files)
    for rule in rules:
        filelist.process_template_line(rule)
    return filelist.files


@pytest.mark.parametrize("debugging", [False, True], ids=["", "debugging"])
@pytest.mark.parametrize(
    ("rules", "left"),
    [
        (["./p/secret.py", "p//secret.py", "p/./secret.py", ".//p/secret.py", "./p/s*.py"], "exclude {}"),
        (["./p/tests", "p/tests/", ".//p//tests", "./p/./tests/."], "prune {}"),
        (["./p secret.py", "p/ ./secret.py", ". secret.py", "./ .//secret.py"], "recursive-exclude {}"),
        (["./secret.py", ".//secret.py"], "global-exclude {}"),
    ],
    ids=["exclude", "prune", "recursive-exclude", "global-exclude"],
)
def test_a_rule_leaves_files_out_however_its_slashes_are_written(monkeypatch, rules, left, debugging) -> None:
    if debugging:  # each pattern goes through Python's re
        monkeypatch.setattr(distutils.filelist.FileList, "debug_print", lambda self, message: None)
    gone = "tests" if left.startswith("prune") else "secret"
    for rule in rules:
        expected = [name for name in FILES if gone not in name]
        assert chosen(left.format(rule)) == expected, rule
        # Names that package_dir = {"": "./"} or package_data = ["./x"] have made.
        dotted = [f".//{name}".replace("p/", "p/./", 1) for name in FILES]
        assert chosen(left.format(rule), files=dotted) == [name for name in dotted if gone not in name], rule
    plain = left.format({"exclude {}": "p/secret.py", "prune {}": "p/tests"}.get(left, "p secret.py"))
    if not left.startswith("global"):
        assert chosen(plain, files=["./p/secret.py", "p//tests/t.py"]) != [
            "./p/secret.py",
            "p//tests/t.py",
        ]


def test_a_rule_finds_files_however_its_slashes_are_written() -> None:
    for rule, found in {
        "include ./p/a.txt": ["p/a.txt"],
        "include p//*.txt": ["p/a.txt"],
        "graft ./p/tests/": ["p/tests/t.py", "p/tests/deep/t.py"],
        "recursive-include .//p a.txt": ["p/a.txt"],
        "recursive-include ./ *.txt": ["p/a.txt"],
        "global-include ./a.txt": ["p/a.txt"],
        "graft ./": FILES,
        # As in CPython, these find nothing: no file's name ends in a slash, or begins with "./".
        "include p/": [],
        "graft .": [],
        "recursive-include . *.txt": [],
    }.items():
        assert chosen(rule, files=[]) == found, rule
    # Nor is everything taken out: setuptools reads the rule the same way.
    assert chosen("prune .", "prune ./", "exclude p/") == FILES


@pytest.mark.parametrize("way", ["straight", "long way"])
def test_what_is_excluded_is_not_in_the_archive(project, run_setup, way) -> None:
    override = (
        "from distutils.filelist import FileList\nFileList.findall = lambda self, dir='.': old(self, dir)\n"
    )
    folder = project(
        {
            "setup.py": "from distutils.core import setup\n"
            + ("from distutils.filelist import FileList\nold = FileList.findall\n" + override)
            * (way != "straight")
            + "setup(name='d', version='1', packages=['q'], package_dir={'': './src'}, py_modules=['m'])\n",
            "MANIFEST.in": """
                graft ./src/
                exclude src/q/secret.py
                exclude ./src/q/other.py
                prune ./src//q/tests
            """,
            "setup.cfg": "[build]\nbuild_base = ./src/out\n",
            "src/m.py": "",
            "src/q/__init__.py": "",
            "src/q/secret.py": "",
            "src/q/other.py": "",
            "src/q/data.txt": "",
            "src/q/tests/t.py": "",
            "src/out/lib/m.py": "",
        }
    )
    run = run_setup(folder, "-q", "sdist")
    assert "warning: no" not in run.stderr
    names = {name for name in members(folder / "dist/d-1.tar.gz") if name.startswith("d-1/src/")}
    assert {Path(name).name for name in names if "." in Path(name).name} == {
        "m.py",
        "__init__.py",
        "data.txt",
    }


def test_package_data_is_left_out_however_its_slashes_are_written(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": """
                from distutils.core import setup
                setup(name="d", version="1", packages=["p", "q"],
                      package_data={"p": ["*.txt"], "q": [".//*.txt"]},
                      exclude_package_data={"p": ["./secret.txt"], "q": ["secret.txt"]})
            """,
            **{
                f"{package}/{name}": "" for package in "pq" for name in ("__init__.py", "a.txt", "secret.txt")
            },
        }
    )
    run_setup(folder, "-q", "build", "--build-base=b")
    assert sorted(path.name for path in (folder / "b").rglob("*.txt")) == ["a.txt", "a.txt"]
