"""Where CPython 3.10's distutils and later copies contradict each other, 3.10's is what counts."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest


def test_what_is_for_one_platform_is_built_in_a_folder_named_by_the_version(distutils) -> None:
    from distutils.dist import Distribution

    build = Distribution({"name": "p"}).get_command_obj("build")
    build.ensure_finalized()
    name = "{}-{}.{}".format(sysconfig.get_platform(), *sys.version_info[:2])
    assert build.build_platlib == os.path.join("build", f"lib.{name}")
    assert build.build_temp == os.path.join("build", f"temp.{name}")


def test_an_archive_has_the_name_as_it_is_given(project, run_setup) -> None:
    script = "from distutils.core import setup\nsetup(name='ns.fake--pkg', version='1.0')\n"
    folder = project({"setup.py": script})
    run_setup(folder, "sdist")
    assert os.listdir(folder / "dist") == ["ns.fake--pkg-1.0.tar.gz"]


def test_metadata_that_are_missing_are_unknown(distutils) -> None:
    from distutils.dist import DistributionMetadata

    metadata = DistributionMetadata()
    getters = "name description url author author_email maintainer license long_description download_url"
    assert {getattr(metadata, f"get_{name}")() for name in getters.split()} == {"UNKNOWN"}
    assert metadata.get_fullname() == "UNKNOWN-0.0.0"


def test_the_log_has_a_threshold_and_small_levels(distutils, capsys) -> None:
    from distutils import log

    assert (log.DEBUG, log.INFO, log.WARN, log.ERROR, log.FATAL) == (1, 2, 3, 4, 5)
    log.set_threshold(log.INFO)
    log.info("told %s", "once")
    log.debug("not told")
    assert log.set_threshold(log.WARN) == log.INFO
    log.info("nor this")
    assert capsys.readouterr().out == "told once\n"


def dry_runs(folder: Path):
    from distutils import archive_util, ccompiler, dir_util, file_util, spawn, util

    source, new = str(folder / "source"), str(folder / "new")
    yield lambda: dir_util.mkpath(new, 0o777, 1, 1)
    yield lambda: dir_util.create_tree(new, ["a/b"], 0o777, 1, 1)
    yield lambda: dir_util.copy_tree(source, new, dry_run=1)
    yield lambda: dir_util.remove_tree(source, 1, 1)
    yield lambda: file_util.copy_file(f"{source}/a", new, 1, 1, 0, None, 1, 1)
    yield lambda: file_util.move_file(f"{source}/a", new, 1, 1)
    yield lambda: archive_util.make_archive(new, "zip", source, None, 0, 1)
    yield lambda: util.execute(os.mkdir, (new,), None, 0, 1)
    yield lambda: util.byte_compile([f"{source}/a.py"], 0, 1, None, None, 1, 1)
    yield lambda: spawn.spawn(["touch", new], 1, 0, 1)
    yield lambda: ccompiler.new_compiler(None, "unix", 0, 1, 0).mkpath(new)


@pytest.mark.parametrize("number", range(11))
def test_dry_run_is_where_it_was_and_changes_nothing(
    number: int, distutils, tmp_path, tree, monkeypatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    (tmp_path / "source").mkdir()
    (tmp_path / "source/a").touch()
    (tmp_path / "source/a.py").touch()
    before = tree(tmp_path)
    list(dry_runs(tmp_path))[number]()
    assert tree(tmp_path) == before
