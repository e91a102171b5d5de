"""Distribution.dist_files: both forms of its entries, and the digests of what was made."""

import hashlib
from pathlib import Path

import pytest

SETUP = "from distutils.core import setup\nsetup(name='p', version='1.0', py_modules=['mod'])\n"


def sha256(path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_what_the_commands_made_has_its_digest(distutils, project, monkeypatch) -> None:
    from distutils.core import run_setup

    from oxidist import dist_file_digests

    monkeypatch.chdir(project({"setup.py": SETUP, "mod.py": ""}))
    distribution = run_setup("setup.py", ["-q", "sdist", "--formats=zip,gztar"])
    assert dist_file_digests(distribution) == [
        ("sdist", f"dist/p-1.0{end}", sha256(f"dist/p-1.0{end}")) for end in (".zip", ".tar.gz")
    ]


def test_after_a_dry_run_there_are_names_without_digests(distutils, project, monkeypatch) -> None:
    from distutils.core import run_setup

    from oxidist import dist_file_digests

    monkeypatch.chdir(project({"setup.py": SETUP, "mod.py": ""}))
    distribution = run_setup("setup.py", ["-q", "--dry-run", "sdist"])
    assert distribution.dist_files == [("sdist", "", "dist/p-1.0.tar.gz")]
    assert dist_file_digests(distribution) == [("sdist", "dist/p-1.0.tar.gz", None)]


def test_a_pair_names_a_file_in_the_folder_of_its_command(distutils, tmp_path) -> None:
    from distutils.dist import Distribution

    from oxidist import dist_file_digests

    distribution = Distribution({"name": "p"})
    for folder in ("dist", "out"):
        Path(folder).mkdir()
        Path(folder, "p.spec").write_text(folder)
    distribution.dist_files = [
        ("bdist_openpkg", "p.spec"),
        ("sdist", "p.spec"),
        ["bdist_openpkg", "out/p.spec"],
        ("bdist_openpkg", str(tmp_path / "dist/p.spec")),
        ("bdist_openpkg", "missing"),
    ]
    distribution.get_command_obj("sdist").dist_dir = "out"
    assert dist_file_digests(distribution) == [
        ("bdist_openpkg", "dist/p.spec", sha256("dist/p.spec")),
        ("sdist", "out/p.spec", sha256("out/p.spec")),
        ("bdist_openpkg", "out/p.spec", sha256("out/p.spec")),
        ("bdist_openpkg", str(tmp_path / "dist/p.spec"), sha256("dist/p.spec")),
        ("bdist_openpkg", "dist/missing", None),
    ]


def test_a_triple_names_the_file_from_the_working_folder(distutils) -> None:
    from distutils.dist import Distribution

    from oxidist import dist_file_digests

    distribution = Distribution({"name": "p"})
    Path("a.zip").write_text("a")
    distribution.dist_files = [("bdist_dumb", "3.13", "a.zip")]
    assert dist_file_digests(distribution) == [("bdist_dumb", "a.zip", sha256("a.zip"))]


@pytest.mark.parametrize("entry", ["name", ("sdist",), ("sdist", None), ("a", "b", "c", "d"), 5])
def test_an_entry_of_neither_form_is_named(entry, distutils) -> None:
    from distutils.dist import Distribution
    from distutils.errors import DistutilsSetupError

    from oxidist import dist_file_digests

    distribution = Distribution({"name": "p"})
    distribution.dist_files = [entry]
    with pytest.raises(DistutilsSetupError, match=r"must be \(command, filename\) or \(command, python_ver"):
        dist_file_digests(distribution)
