"""Well-known packages whose setup.py imports distutils: which, where they come from, and how to get them.

`python tests/real_packages.py [NAME ...]` downloads them, all of them where none is named.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
CACHE = Path(os.environ.get("OXIDIST_TEST_CACHE") or ROOT / ".venvs" / "sdists")


@dataclass(frozen=True)
class Sdist:
    """A source archive on the index, by the digest of its contents."""

    name: str
    version: str
    file: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def stem(self) -> str:
        """The name of the folder in the archive."""
        return self.file.removesuffix(".zip").removesuffix(".tar.gz")


@dataclass(frozen=True)
class RealPackage(Sdist):
    """One sdist; `check` are the statements that must run where it is installed.

    `ends` is the first Python on which the package's own code stops its setup.py, with `obstacle` on the
    last line: there, that is what is tested. `whole` says whether the package's own rules put into a source
    archive all that its setup.py needs: some were released in another way. `says_more`: it gives arguments
    that distutils has not got, so that metadata has more in it than CPython's.
    """

    exercises: str
    check: str
    needs: tuple[str, ...] = ()
    ends: tuple[int, int] | None = None
    obstacle: str = ""
    whole: bool = True
    says_more: bool = False

    def runs_on(self, version: tuple[int, int]) -> bool:
        return self.ends is None or version < self.ends


# Pure Python all of them. Where a note says nothing else, setup.py imports distutils and no other tool.
PACKAGES = (
    RealPackage(
        name="Django",
        version="1.6.11",
        file="Django-1.6.11.tar.gz",
        sha256="7e50e573e484435873b3515d7982d80093b2695aba17fd0ff024307454dc3a56",
        exercises="package_data of 3,000 files in nested folders, a script, a MANIFEST.in of 37 rules",
        check="import django; assert django.get_version() == '1.6.11'",
    ),
    RealPackage(
        # Imports setuptools where there is one, and uses nothing of it.
        name="docutils",
        version="0.16",
        file="docutils-0.16.tar.gz",
        sha256="c2de3a60e9e7d07be26b7f2b00ca0309c207e06c100f9cc2a94931fc75a478fc",
        exercises="build.sub_commands appended to, a Command of its own, install_data replaced, package_dir, "
        "data_files, scripts, a MANIFEST from the last release",
        check="from docutils.core import publish_string\n"
        "assert b'<em>tide</em>' in publish_string('*tide*', writer_name='html5')",
        says_more=True,
    ),
    RealPackage(
        name="Markdown",
        version="2.6.9",
        file="Markdown-2.6.9.tar.gz",
        sha256="73af797238b95768b3a9b6fe6270e250e5c09d988b8e5b223fd5efa4e06faf81",
        exercises="build with a sub-command and its predicate, a new command that imports what was built, "
        "install_scripts replaced, a MANIFEST without a template",
        check="import markdown; assert markdown.markdown('*tide*') == '<p><em>tide</em></p>'",
        ends=(3, 12),
        obstacle="No module named 'imp'",
        whole=False,
    ),
    RealPackage(
        name="roundup",
        version="2.0.0",
        file="roundup-2.0.0.tar.gz",
        sha256="92a2465548dc7c1972c82f460471ee6bb1e2486230d691aa2a74ae8df5e5ad14",
        exercises="five commands replaced by subclasses in a package of its own, scripts without a "
        "source, data_files that are made while building",
        check="from roundup.date import Date; assert Date('2020-02-01').year == 2020",
        ends=(3, 12),
        obstacle="No module named 'imp'",
        whole=False,
    ),
    RealPackage(
        # Prefers setuptools where there is one. Runs on no Python after 3.7, so it is only looked for.
        name="CherryPy",
        version="3.2.2",
        file="CherryPy-3.2.2.tar.gz",
        sha256="dc5a88562795c2ee462dac5b37aba1cf4f34f3e27281ec11049227039308b691",
        exercises="INSTALL_SCHEMES changed so that data_files go into site-packages, build_py replaced to "
        "leave modules out, a script inside the package",
        check="from importlib.util import find_spec; assert find_spec('cherrypy').origin",
    ),
    RealPackage(
        name="pexpect",
        version="4.8.0",
        file="pexpect-4.8.0.tar.gz",
        sha256="fc65a43959d153d0114afe13997d439c22823a27cefceb5ff35c2178c6784c0c",
        exercises="package_data, a long description that is not ASCII, an option that distutils warns of",
        check="import pexpect; assert pexpect.run('echo tide') == b'tide\\r\\n'",
        needs=("ptyprocess",),
        says_more=True,
    ),
    RealPackage(
        name="ptyprocess",
        version="0.5.2",
        file="ptyprocess-0.5.2.tar.gz",
        sha256="e64193f0047ad603b71f202332ab5527c5e52aa7c8b609704fc28c0dc20c4365",
        exercises="package_data for every package, with a pattern that matches everything",
        check="from ptyprocess import PtyProcess; assert PtyProcess.spawn(['true']).wait() == 0",
    ),
    RealPackage(
        name="mpmath",
        version="0.19",
        file="mpmath-0.19.tar.gz",
        sha256="68ddf6426dcda445323467d89892d2cffbbd1ae0b31ac1241b1b671749d63222",
        exercises="packages that are named by path (mpmath/libmp)",
        check="from mpmath import mp; mp.dps = 20; assert str(mp.pi) == '3.1415926535897932385'",
    ),
    RealPackage(
        name="configobj",
        version="5.0.6",
        file="configobj-5.0.6.tar.gz",
        sha256="a2f5650770e1c87fb335af19a9b7eb73fc05ccf22144eb68db7d00cd2bcb0902",
        exercises="py_modules given as a tuple, keywords as a list",
        # configobj itself needs six, which is not of this kind.
        check="from validate import Validator; assert Validator().check('integer(0, 9)', '7') == 7",
        says_more=True,
    ),
    RealPackage(
        name="termcolor",
        version="1.1.0",
        file="termcolor-1.1.0.tar.gz",
        sha256="1d6d69ce66211143803fbc56652b41d73b4a400a2891d7bf7a1cdf4c02de613b",
        exercises="a single module, imported by its own setup.py",
        check="from termcolor import colored; assert 'tide' in colored('tide', 'blue')",
        whole=False,
    ),
    RealPackage(
        name="pyxdg",
        version="0.26",
        file="pyxdg-0.26.tar.gz",
        sha256="fe2928d3f532ed32b39c32a482b54136fe766d19936afc96c8f00645f9da1a06",
        exercises="nothing but packages: every default",
        check="from xdg.DesktopEntry import DesktopEntry; assert DesktopEntry().getName() == ''",
    ),
)

BY_NAME = {package.name: package for package in PACKAGES}


class DownloadFailed(RuntimeError):
    """pip could not get an sdist; the message has its last words."""


def sdist(package: Sdist) -> Path:
    """The archive of `package`, from the cache or from the index that pip is configured for.

    pip itself compares the SHA-256, and so do we, each time. No code of the package is run, but for that of
    a build backend that lies in the archive.
    """
    path = CACHE / package.file
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            download(package, Path(folder))
            os.replace(Path(folder, package.file), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise DownloadFailed(
            f"{path}: its SHA-256 is {digest}, not {package.sha256}; remove it and try again"
        )
    return path


def download(package: Sdist, folder: Path) -> None:
    """Let pip download the one sdist that has the pinned digest into `folder`."""
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    options = "--quiet --disable-pip-version-check --no-deps --ignore-requires-python --require-hashes"
    command = [pip_python(), "-m", "pip", "download", *options.split(), "--no-binary=:all:"]
    command += ["--no-build-isolation", "--dest", str(folder), "--requirement", str(requirement)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS / "metadata_only"), "PIP_USE_PEP517": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    if done.returncode != 0 or not (folder / package.file).exists():
        raise DownloadFailed(
            f"pip could not download {package}: {done.stderr.strip() or done.stdout.strip()}"
        )


@cache
def pip_python() -> str:
    """A Python that has pip: that of the tools, this one, or the one below this environment."""
    here = Path(sys.executable)
    for python in (ROOT / ".venv" / "bin" / "python", here, here.resolve()):
        probe = [python, "-m", "pip", "--version"]
        if python.exists() and subprocess.run(probe, capture_output=True).returncode == 0:
            return str(python)
    raise DownloadFailed("no Python with pip was found; `make develop` makes one in .venv")


def unpack(package: Sdist, folder: Path) -> Path:
    """Unpack the sdist of `package` below `folder`; the folder that has setup.py."""
    if package.file.endswith(".zip"):
        with zipfile.ZipFile(sdist(package)) as archive:
            archive.extractall(folder)
        return folder / package.stem
    extract(sdist(package), folder)
    return folder / package.stem


def extract(archive: Path, folder: Path) -> None:
    """All that is in a tar archive, below `folder`."""
    with tarfile.open(archive) as members:
        # The earliest releases of 3.10 and 3.11 have no filters; what is unpacked is pinned, or our own.
        if hasattr(tarfile, "data_filter"):
            members.extractall(folder, filter="data")
        else:
            members.extractall(folder)


def main() -> int:
    for package in [BY_NAME[name] for name in sys.argv[1:]] or PACKAGES:
        print(f"{package.sha256}  {sdist(package)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
