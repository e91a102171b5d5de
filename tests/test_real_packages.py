"""Real packages: their own setup.py builds, installs and archives the same as with CPython's distutils."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import oxidist
import pytest
import real_packages
from interpreters import examine
from real_packages import BY_NAME, PACKAGES, RealPackage

# The interpreter below this environment: both distutils run on it, so that paths and scripts are the same.
BASE = Path(sys.executable).resolve()
LIBRARY = Path(oxidist.__file__).resolve().parent.parent
VERSION = sys.version_info[:2]

each_package = pytest.mark.parametrize("package", PACKAGES, ids=str)
slow = pytest.mark.slow


@cache
def has_its_own_distutils() -> bool:
    interpreter = examine(BASE)
    return interpreter is not None and interpreter.distutils is not None and not interpreter.patched


@pytest.fixture
def ours(run_setup) -> Callable:
    """`ours(folder, "build")`: with our distutils, on the base interpreter, without site-packages."""

    def run(folder: Path, *args: str, status: int | None = 0, env=None, script=("setup.py",)):
        environment = {"PYTHONPATH": str(LIBRARY), "OXIDIST_DISTUTILS": "", **(env or {})}
        arguments = ["-S", "-W", "ignore", *script]
        return run_setup(folder, *args, python=BASE, env=environment, script=arguments, status=status)

    return run


@pytest.fixture
def theirs(run_setup) -> Callable:
    """The same with the distutils that this interpreter has by itself."""

    def run(folder: Path, *args: str, status: int | None = 0, env=None, script=("setup.py",)):
        environment = {"PYTHONPATH": "", "OXIDIST_DISTUTILS": "", **(env or {})}
        arguments = ["-S", "-W", "ignore", *script]
        return run_setup(folder, *args, python=BASE, env=environment, script=arguments, status=status)

    return run


def installed_in(root: Path) -> Path:
    """The site-packages folder below `root`."""
    (folder,) = (path for path in root.rglob("site-packages") if path.is_dir())
    return folder


def sdist_members(path: Path) -> dict[str, tuple[str, int, bytes | None]]:
    """What is in the archive: name to type, mode and content."""
    members = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            members[member.name] = (member.type.decode(), member.mode, file.read() if file else None)
    return members


def headers_of_byte_code(entries: dict) -> dict:
    """`entries` with only the head of each `.pyc`, its source's time and size. Setup scripts that import what
    they build leave some; two runs need not write the same constants in the same way."""
    return {
        name: (kind, mode, content[:16] if name.endswith(".pyc") else content)
        for name, (kind, mode, content) in entries.items()
    }


def without_metadata(entries: dict) -> dict:
    """`entries` with only type and mode of the files that metadata is in."""
    return {
        name: entry[:2] if name.endswith((".egg-info", "/PKG-INFO")) else entry
        for name, entry in entries.items()
    }


def times_below(folder: Path) -> dict[str, int | str]:
    """The time of each file in seconds, which a copy has from its source; "now" for what was just written."""
    an_hour_ago = time.time() - 3600
    times = {path: int(path.stat().st_mtime) for path in folder.rglob("*") if path.is_file()}
    return {
        path.relative_to(folder).as_posix(): seconds if seconds < an_hour_ago else "now"
        for path, seconds in times.items()
    }


@slow
@each_package
def test_it_is_built_installed_and_imported(package: RealPackage, ours, tmp_path: Path) -> None:
    site_packages = []
    for name in (*package.needs, package.name):
        wanted = BY_NAME[name]
        source = real_packages.unpack(wanted, tmp_path / name)
        if not wanted.runs_on(VERSION):
            done = ours(source, "build", status=1)
            assert wanted.obstacle in done.stderr.splitlines()[-1]
            return
        ours(source, "--quiet", "build")
        root = tmp_path / f"{name}-root"
        record = tmp_path / f"{name}-record"
        arguments = ["--root", str(root), "--prefix", "/usr/local", "--record", str(record)]
        ours(source, "--quiet", "install", "--skip-build", *arguments)
        recorded = {
            os.path.normpath(f"{root}{line}") for line in record.read_text(encoding="utf-8").splitlines()
        }
        assert {str(path) for path in root.rglob("*.py")} <= recorded
        site_packages.append(str(installed_in(root)))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(site_packages)}
    command = [str(BASE), "-S", "-W", "ignore", "-c", package.check]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@slow
@pytest.mark.parametrize("package", [package for package in PACKAGES if package.whole], ids=str)
def test_its_own_source_archive_builds_the_same_again(
    package: RealPackage, ours, tree, tmp_path: Path
) -> None:
    source = real_packages.unpack(package, tmp_path / "first")
    ours(source, "--quiet", "build", "sdist", "--formats=gztar")
    (archive,) = (source / "dist").iterdir()
    assert archive.name == package.file
    real_packages.extract(archive, tmp_path / "second")
    again = tmp_path / "second" / package.stem
    ours(again, "--quiet", "build")
    assert tree(again / "build" / "lib") == tree(source / "build" / "lib")


@slow
@each_package
@pytest.mark.skipif(not has_its_own_distutils(), reason="this Python has no distutils of its own")
def test_it_equals_what_cpythons_distutils_makes(
    package: RealPackage, ours, theirs, tree, tmp_path: Path
) -> None:
    source = real_packages.unpack(package, tmp_path)
    made = {}
    for who, run in (("ours", ours), ("theirs", theirs)):
        # In the same place, one after the other: some setup scripts write paths into what they make.
        place = tmp_path / "place"
        shutil.copytree(source, place / "source", symlinks=True)
        folder = place / "source"
        run(folder, "--quiet", "build")
        built = headers_of_byte_code(tree(folder / "build")), times_below(folder / "build")

        arguments = [
            "--root",
            str(place / "plain"),
            "--prefix",
            "/usr/local",
            "--record",
            str(place / "record"),
        ]
        run(folder, "--quiet", "install", "--no-compile", *arguments)
        # CPython lists modules in the order in which the file system has them.
        record = sorted((place / "record").read_text(encoding="utf-8").splitlines())
        run(folder, "--quiet", "install", "--root", str(place / "compiled"), "--prefix", "/usr/local")
        compiled = [(name, kind, mode) for name, (kind, mode, _) in tree(place / "compiled").items()]

        run(folder, "--quiet", "sdist", "--formats=gztar", "--force-manifest")
        archive = sdist_members(folder / "dist" / package.file)
        manifest = folder / "MANIFEST"
        made[who] = {
            "build": built[0],
            "times in build": built[1],
            "install": headers_of_byte_code(tree(place / "plain")),
            "record": record,
            "install with byte-compiling": compiled,
            "sdist": archive,
            "MANIFEST": manifest.read_text(encoding="utf-8") if manifest.exists() else None,
        }
        if package.says_more:
            for what in ("install", "sdist"):
                made[who][what] = without_metadata(made[who][what])
        place.rename(tmp_path / who)
    for what in made["theirs"]:
        assert_same(made["ours"][what], made["theirs"][what], what)


def assert_same(ours: object, theirs: object, what: str) -> None:
    """Equal, told briefly where not: contents may be megabytes."""
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        different = sorted(name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name])
        details = [f"{name}: ours {brief(ours[name])}, theirs {brief(theirs[name])}" for name in different]
        pytest.fail(
            f"{what}: only ours {sorted(ours.keys() - theirs.keys())[:9]}, "
            f"only theirs {sorted(theirs.keys() - ours.keys())[:9]}, different {details[:9]}"
        )
    assert ours == theirs, what


def brief(value: object) -> str:
    return repr(value) if len(repr(value)) < 400 else f"{repr(value)[:400]}..."


def local_sdist(folder: Path) -> tuple[Path, bytes]:
    """An sdist whose setup.py leaves a mark when it is run."""
    files = {
        "setup.py": f"open({str(folder / 'it-was-run')!r}, 'w')\n",
        "PKG-INFO": "Metadata-Version: 1.0\nName: oxidist-probe\nVersion: 1.0\n",
    }
    folder.mkdir()
    path = folder / "oxidist-probe-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"oxidist-probe-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path, path.read_bytes()


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RealPackage:
    path, content = local_sdist(tmp_path / "index")
    monkeypatch.setattr(real_packages, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    digest = hashlib.sha256(content).hexdigest()
    return replace(PACKAGES[0], name="oxidist-probe", version="1.0", file=path.name, sha256=digest)


@slow
def test_downloading_an_sdist_does_not_run_its_setup_script(probe: RealPackage, tmp_path: Path) -> None:
    assert real_packages.sdist(probe).name == "oxidist-probe-1.0.tar.gz"
    assert not (tmp_path / "index" / "it-was-run").exists()


@slow
def test_an_sdist_with_another_digest_is_refused(probe: RealPackage) -> None:
    with pytest.raises(real_packages.DownloadFailed, match="(?i)hash"):
        real_packages.sdist(replace(probe, sha256="0" * 64))
    assert list(real_packages.CACHE.iterdir()) == []


@slow
def test_a_file_that_was_changed_in_the_cache_is_refused(probe: RealPackage) -> None:
    real_packages.sdist(probe).write_bytes(b"something else")
    with pytest.raises(real_packages.DownloadFailed, match="SHA-256"):
        real_packages.sdist(probe)
