"""That the tests run on what they are to test, and what the fixtures promise."""

from pathlib import Path


def test_mkpath_makes_what_is_missing_and_returns_it(distutils, tmp_path: Path) -> None:
    from distutils.dir_util import mkpath

    assert mkpath("a/b/c") == ["a", "a/b", "a/b/c"]
    assert mkpath("a/b/c") == []
    assert (tmp_path / "a/b/c").is_dir()


def test_a_setup_script_runs_on_our_distutils_in_a_process_of_its_own(project, run_setup) -> None:
    folder = project(
        {"setup.py": "import distutils.cmd; print(type(distutils.cmd.Command.announce).__name__)"}
    )
    assert run_setup(folder).stdout == "method_descriptor\n"


def test_the_oracle_runs_on_cpythons_distutils(project, oracle) -> None:
    folder = project(
        {"setup.py": "import distutils.cmd; print(type(distutils.cmd.Command.announce).__name__)"}
    )
    assert oracle.run("setup.py", cwd=folder).stdout == "function\n"


def test_a_snapshot_of_a_tree_tells_names_types_modes_and_contents(project, tree) -> None:
    folder = project({"a.txt": "text\n", "b/c.bin": b"\0", "empty/": ""})
    (folder / "a.txt").chmod(0o600)
    (folder / "link").symlink_to("a.txt")
    assert {name: (kind, content) for name, (kind, _, content) in tree(folder).items()} == {
        "a.txt": ("file", b"text\n"),
        "b": ("dir", None),
        "b/c.bin": ("file", b"\0"),
        "empty": ("dir", None),
        "link": ("link", "a.txt"),
    }
    assert tree(folder)["a.txt"][1] == 0o600
