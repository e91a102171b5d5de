"""Removing never goes through a symbolic link: what a link leads to stays, and a line says so."""

from __future__ import annotations

from pathlib import Path

from conftest import snapshot
from twins import run_script, setup_py

LEFT = "it is a symbolic link, and what it leads to is left alone"


def test_clean_leaves_what_a_link_leads_to(project, run_setup, tmp_path: Path) -> None:
    folder = project({"setup.py": setup_py(py_modules=["a"], scripts=["s"]), "a.py": "", "s": "#!/bin/sh\n"})
    run_setup(folder, "build", "--build-lib=build/lib", "--build-temp=build/temp")
    (folder / "build/temp").mkdir()
    options = ["--build-lib=build/lib", "--build-temp=build/temp", "--build-scripts=build/scripts/"]
    (folder / "build/scripts").mkdir(exist_ok=True)
    for name in "lib", "temp", "scripts":
        own = tmp_path / "elsewhere" / name
        own.parent.mkdir(exist_ok=True)
        (folder / "build" / name).rename(own)
        (own / "precious").write_text("")
        (folder / "build" / name).symlink_to(own)
    # Below a folder that is removed, a link is removed and not followed.
    (folder / "build/bdist").mkdir()
    (folder / "build/bdist/link").symlink_to(tmp_path / "elsewhere")
    before = snapshot(tmp_path / "elsewhere")
    dry = run_setup(folder, "--dry-run", "clean", "--all", "--bdist-base=build/bdist", *options)
    done = run_setup(folder, "clean", "--all", "--bdist-base=build/bdist", *options)
    for name in "lib", "temp", "scripts":
        assert f"error removing build/{name}: {LEFT}" in (done.stdout + done.stderr).replace(
            "scripts/:", "scripts:"
        )
        assert (folder / "build" / name).is_symlink()
    assert (dry.stdout + dry.stderr).count(LEFT) == 3
    assert snapshot(tmp_path / "elsewhere") == before
    assert not (folder / "build/bdist").exists()


def test_a_link_in_the_place_of_a_temporary_folder_keeps_what_it_leads_to(
    distutils, tmp_path: Path, capfd
) -> None:

    (tmp_path / "setup.py").write_text(setup_py(py_modules=["a"]))
    (tmp_path / "a.py").write_text("")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/precious").write_text("")
    for name in "dumb", "wheel":
        (tmp_path / name).symlink_to("kept")
    run_script(["-q", "bdist_dumb", "--bdist-dir=dumb", "bdist_wheel", "--bdist-dir=wheel"])
    assert (tmp_path / "kept/precious").exists()
    assert LEFT in "".join(capfd.readouterr())


def test_remove_tree_of_a_link_removes_nothing(distutils, tmp_path: Path, monkeypatch) -> None:
    import os
    from distutils.dir_util import remove_tree

    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").write_text("")
    (tmp_path / "link").symlink_to("kept")
    remove_tree("link")
    remove_tree("link/")
    # The same where a script has replaced what removes.
    monkeypatch.setattr(os, "remove", lambda path, remove=os.remove: remove(path))
    remove_tree("link")
    assert (tmp_path / "kept/file").exists()
    assert (tmp_path / "link").is_symlink()
