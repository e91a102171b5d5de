"""Real packages through the build backend: their wheels are setuptools' wheels, and as readable to others."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import Parser
from importlib.metadata import PathDistribution
from pathlib import Path

import backend_packages
import clients
import environments
import oxidist
import pytest
import real_packages
import wheels
from backend_packages import PACKAGES, BackendPackage
from conftest import clean_environment
from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet
from test_real_packages import BASE, VERSION

pytestmark = pytest.mark.slow
each_package = pytest.mark.parametrize("package", PACKAGES, ids=str)

# What is built is compared, not how fast it runs; some list flags in the order of a set.
QUICK = {"CFLAGS": "-O0 -w", "CXXFLAGS": "-O0 -w", "PYTHONHASHSEED": "0"}

# One hook of a backend, as a front end calls it: in a process of its own, the project not on its path.
CALLER = """
import importlib, json, sys
sys.path.remove("")
backend, hook, arguments = json.loads(sys.argv.pop())
module, _, within = backend.partition(":")
found = importlib.import_module(module)
if within:
    found = getattr(found, within)
print("\\nanswer", json.dumps(getattr(found, hook)(*arguments)))
"""

# How another reader of wheels sees one.
PKGINFO = """
import json, pkginfo, sys
read = pkginfo.Wheel(sys.argv[1])
fields = "metadata_version", "name", "version", "summary", "classifiers", "requires_dist"
print(json.dumps({name: getattr(read, name) for name in fields}))
"""


@pytest.fixture
def hook(tmp_path: Path, clean_home: Path) -> Callable[..., str]:
    """`hook(package, folder, "build_wheel", out)`: our backend's answer, or setuptools' with `theirs`."""
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "oxidist").symlink_to(Path(oxidist.__file__).parent)
    python = environments.made("setuptools", BASE, (backend_packages.SETUPTOOLS,)) / "bin/python"

    def call(
        package: BackendPackage, folder: Path, name: str, out: Path, theirs: bool = False, status: int = 0
    ) -> str:
        out.mkdir(exist_ok=True)
        environment = clean_environment(clean_home, **QUICK)
        environment["PYTHONPATH"] = "" if theirs else str(linked)
        backend = package.their_backend if theirs else package.backend
        # Without site-packages there is no setuptools.
        options = [] if theirs or package.requires else ["-S"]
        command = [
            str(python),
            *options,
            "-W",
            "ignore",
            "-c",
            CALLER,
            json.dumps([backend, name, [str(out)]]),
        ]
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=300,
        )
        assert done.returncode == status, (done.stdout + done.stderr)[-4000:]
        if status:
            return done.stderr
        answer = json.loads(done.stdout.rpartition("\nanswer ")[2])
        assert isinstance(answer, str)
        return answer

    return call


def unpacked(package: BackendPackage, folder: Path, theirs: bool = False) -> Path:
    """The package's tree, with the one `[build-system]` or the other."""
    source = real_packages.unpack(package.package, folder)
    if theirs:
        backend_packages.build_with(source, package.their_backend, (backend_packages.SETUPTOOLS,))
    else:
        backend_packages.build_with(source, package.backend, ("oxidist", *package.requires))
    return source


def files_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def comparable(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what is never the same, or compared in another way."""
    apart = ("/RECORD", "/METADATA", "/WHEEL", ".so", ".pyc")
    return {name: content for name, content in files.items() if not name.endswith(apart)}


def read(files: dict[str, bytes], name: str) -> Message:
    """METADATA or WHEEL."""
    (path,) = (path for path in files if path.endswith(f".dist-info/{name}"))
    return Parser().parsestr(files[path].decode())


def fields(metadata: Message) -> dict[str, object]:
    """Name and values of each field; the text behind them is one, too."""
    found: dict[str, object] = {name: sorted(metadata.get_all(name, [])) for name in set(metadata.keys())}
    if versions := metadata["Requires-Python"]:
        found["Requires-Python"] = SpecifierSet(versions)
    found["text"] = metadata.get_payload()
    return found


def different(ours: dict[str, object], theirs: dict[str, object]) -> set[str]:
    return {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}


@each_package
def test_its_wheel_has_the_files_and_metadata_of_setuptools_wheel(
    package: BackendPackage, hook: Callable[..., str], tmp_path: Path
) -> None:
    source = unpacked(package, tmp_path / "ours")
    foreign = unpacked(package, tmp_path / "theirs", theirs=True)
    if not package.package.runs_on(VERSION):
        for folder, theirs in ((source, False), (foreign, True)):
            said = hook(package, folder, "build_wheel", tmp_path / "out", theirs=theirs, status=1)
            assert package.package.obstacle in said.splitlines()[-1]
        return
    prepared = hook(package, source, "prepare_metadata_for_build_wheel", tmp_path / "prepared")
    wheel = tmp_path / "our-wheel" / hook(package, source, "build_wheel", tmp_path / "our-wheel")
    theirs = tmp_path / "wheel" / hook(package, foreign, "build_wheel", tmp_path / "wheel", theirs=True)
    assert wheel.name == theirs.name

    made, wanted = files_of(wheel), files_of(theirs)
    assert made.keys() - wanted.keys() == set(package.only_ours)
    assert wanted.keys() - made.keys() == set(package.only_theirs)
    common = made.keys() & wanted.keys()
    ours = {name: content for name, content in comparable(made).items() if name in common}
    assert not different(ours, {name: wanted[name] for name in ours})
    in_all = set(backend_packages.FIELDS) if not package.requires else set()
    assert different(fields(read(made, "METADATA")), fields(read(wanted, "METADATA"))) == {
        *package.fields,
        *in_all,
    }
    assert different(fields(read(made, "WHEEL")), fields(read(wanted, "WHEEL"))) <= {"Generator"}

    told = (tmp_path / "prepared" / prepared / "METADATA").read_bytes()
    assert (told == made[f"{prepared}/METADATA"]) == (not package.prepared)
    assert different(fields(Parser().parsestr(told.decode())), fields(read(made, "METADATA"))) <= {"Dynamic"}
    assert_readable(wheel, made, prepared)
    # What it says of a description depends on the package; so it has to say the same of both.
    verdicts = [twine(each) for each in (wheel, theirs)]
    assert verdicts[0] == verdicts[1]


def twine(wheel: Path) -> str:
    done = clients.run("twine", "check", "--strict", wheel.name, cwd=wheel.parent, status=None)
    return done.stdout + done.stderr


def assert_readable(wheel: Path, files: dict[str, bytes], info: str) -> None:
    """What others read the wheel with finds nothing wrong, and all that is there."""
    metadata = Metadata.from_email(files[f"{info}/METADATA"], validate=True)
    name, version = metadata.name, str(metadata.version)
    wheels.contents(wheel)  # RECORD is right.
    requires = read(files, "METADATA").get_all("Requires-Dist")
    installed = PathDistribution(zipfile.Path(wheel, f"{info}/"))
    assert (installed.name, installed.version, installed.requires) == (name, version, requires)
    assert sorted(map(str, installed.files or ())) == sorted(files)
    done = clients.run("python", "-c", PKGINFO, wheel, cwd=wheel.parent)
    seen = json.loads(done.stdout)
    assert (seen["metadata_version"], seen["name"], seen["version"]) == ("2.4", name, version)
    assert seen["summary"] == metadata.summary
    assert seen["requires_dist"] == (requires or [])
    assert seen["classifiers"] == list(metadata.classifiers or [])


@each_package
def test_the_wheel_of_its_source_archive_is_the_same(
    package: BackendPackage, hook: Callable[..., str], tmp_path: Path
) -> None:
    if not package.package.runs_on(VERSION):
        pytest.skip(f"{package} builds on no Python from {package.package.ends} on, which another test sees")
    source = unpacked(package, tmp_path / "tree")
    if package.no_sdist:
        assert package.no_sdist in hook(package, source, "build_sdist", tmp_path / "sdist", status=1)
        return
    archive = tmp_path / "sdist" / hook(package, source, "build_sdist", tmp_path / "sdist")
    real_packages.extract(archive, tmp_path / "unpacked")
    (folder,) = (tmp_path / "unpacked").iterdir()
    assert archive.name == f"{folder.name}.tar.gz"
    if package.not_whole:
        assert package.not_whole in hook(package, folder, "build_wheel", tmp_path / "again", status=1)
        return
    again = hook(package, folder, "build_wheel", tmp_path / "again")
    wheel = hook(package, source, "build_wheel", tmp_path / "wheel")
    assert again == wheel
    made, wanted = files_of(tmp_path / "again" / again), files_of(tmp_path / "wheel" / wheel)
    assert made.keys() == wanted.keys()
    assert not different(comparable(made), comparable(wanted))
    assert read(made, "METADATA").items() == read(wanted, "METADATA").items()
