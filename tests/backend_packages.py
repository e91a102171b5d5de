"""Real packages that the build backend makes wheels of, and what is not as in setuptools' wheels of them.

Their scripts are as they were released. Of `pyproject.toml` only `[build-system]` is another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import real_c_packages
import real_packages
from real_packages import RealPackage

# Whose wheels ours are compared with.
SETUPTOOLS = "setuptools==84.2.1"

# Fields of METADATA that differ in all of them.
FIELDS = {
    "Dynamic": "says of a source archive what a wheel may have otherwise; setuptools' wheels have it as well",
}

AUTOMATIC = "setuptools takes stubs that no package_data names"
MARK = "a mark for eggs, that nothing reads in a wheel"


@dataclass(frozen=True)
class BackendPackage:
    """A package and what is special about it.

    `legacy`: its setup.py imports modules from beside itself. `requires`: what its build needs beside
    Oxidist. `no_sdist`: what stops its setup.py when it is asked for a source archive; `not_whole`: what
    stops it in the archive that its own rules make.
    `prepared`: why what is told before the build is written in another way than what is in the wheel.
    `only_ours`, `only_theirs` (setuptools') and `fields` name files and fields of metadata that are not the
    same in both wheels, each with the reason.
    """

    package: RealPackage
    legacy: bool = False
    requires: tuple[str, ...] = ()
    no_sdist: str = ""
    not_whole: str = ""
    prepared: str = ""
    only_ours: Mapping[str, str] = field(default_factory=dict)
    only_theirs: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.package}{' on setuptools' if self.requires else ''}"

    @property
    def backend(self) -> str:
        return "oxidist.build_meta:legacy" if self.legacy else "oxidist.build_meta"

    @property
    def their_backend(self) -> str:
        return "setuptools.build_meta:__legacy__" if self.legacy else "setuptools.build_meta"


def build_with(folder: Path, backend: str, requires: tuple[str, ...]) -> None:
    """Swap `[build-system]` in the project's pyproject.toml, or write one that has nothing else."""
    path = folder / "pyproject.toml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    rest = re.sub(r"(?ms)^\[build-system\].*?(?=^\[|\Z)", "", before)
    names = ", ".join(f'"{each}"' for each in requires)
    table = f'[build-system]\nrequires = [{names}]\nbuild-backend = "{backend}"\n\n'
    path.write_text(table + rest, encoding="utf-8")


def released(file: str, sha256: str, exercises: str, check: str, name: str = "") -> RealPackage:
    """A package that only the backend is tried with; its name and version are in the name of the file."""
    stem = re.sub(r"\.(tar\.gz|tar\.bz2|zip)$", "", file)
    own, _, version = stem.rpartition("-")
    return RealPackage(name or own, version, file, sha256, exercises, check)


OWN = (
    BackendPackage(
        released(
            "backports.ssl_match_hostname-3.5.0.1.tar.gz",
            "502ad98707319f4a51fa2ca1c677bd659008d27ded9f6380c79e8932e38dcdf2",
            exercises="a package in a namespace of many distributions, a name with a dot and an underscore",
            check="from backports.ssl_match_hostname import CertificateError",
        ),
        not_whole="No such file or directory",
    ),
    BackendPackage(
        released(
            "pytz-2025.2.tar.gz",
            "360b9e3dbb49a209c21ad61809c7fb453643e048b38924c765813546746e81c3",
            exercises="600 data files, listed by the script's own walk",
            check="import pytz; assert str(pytz.timezone('Europe/Paris')) == 'Europe/Paris'",
        ),
        legacy=True,
        only_theirs={"pytz-2025.2.dist-info/zip-safe": MARK},
    ),
    BackendPackage(
        released(
            "certifi-2024.8.30.tar.gz",
            "bec941d2aa8195e248a60b31ff9f0558284cf01a52591ceda73ea9afffd69fd9",
            exercises="package_data, project_urls, python_requires",
            check="import certifi, os; assert os.path.exists(certifi.where())",
        ),
    ),
    BackendPackage(
        released(
            "six-1.17.0.tar.gz",
            "ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81",
            exercises="a single module, imported by its own setup.py; universal by setup.cfg",
            check="import six; assert six.PY3",
        ),
        legacy=True,
    ),
    BackendPackage(
        released(
            "pyinotify-0.9.6.tar.gz",
            "9c998a5d7606ca835065cdabc013ae6c66eb9ea76a00a1e3bc6e0cfe2b4f71f4",
            exercises="package_dir that chooses between two folders, a module, get_platform asked",
            # It imports asyncore.
            check="from importlib.util import find_spec; assert find_spec('pyinotify').origin",
        ),
    ),
    BackendPackage(
        released(
            "pyserial-3.5.tar.gz",
            "3c77e014170dfffbd816e6ffc205e9842efb10be9f58ec16d3e8675b4925cddb",
            exercises="entry points of the console, extras, a version read from the source",
            check="import serial; assert serial.VERSION == '3.5'",
        ),
    ),
    BackendPackage(
        released(
            "pycparser-2.19.tar.gz",
            "a988718abfad80b6b157acce7bf130a30876d27603738ac39f140993246b25b3",
            exercises="install and sdist replaced: tables are made in what was installed",
            check="from pycparser import c_parser; assert c_parser.CParser().parse('int tide;')",
        ),
        legacy=True,
    ),
    BackendPackage(
        released(
            "pyasn1-0.4.8.tar.gz",
            "aef77c9fb94a3ac588e87841208bdec464471d9871bd5050a287cc9a475cd0ba",
            exercises="a test command of its own, platforms, zip_safe",
            check="from pyasn1.type import univ; assert univ.Integer(7) == 7",
        ),
        only_theirs={"pyasn1-0.4.8.dist-info/zip-safe": MARK},
    ),
    BackendPackage(
        released(
            "ply-3.11.tar.gz",
            "00c7c1aaa88358b9c765b6d3000c6eec0ba42abca5351b095321aef446081da3",
            exercises="a long description that setup() gets with blank lines around it",
            check="from ply import lex, yacc; assert yacc.__version__ == '3.11'",
        ),
    ),
    BackendPackage(
        released(
            "olefile-0.46.zip",
            "133b031eaf8fd2c9399b78b8bc5b8fcbe4c31e85295749bb17a87cba8f3c3964",
            exercises="a zip archive, package_data built from a walk, a script that imports its package",
            check="import olefile; assert not olefile.isOleFile(b'tide' * 500)",
        ),
        legacy=True,
    ),
    BackendPackage(
        released(
            "tornado-4.5.3.tar.gz",
            "6d14e47eab0e15799cf3cdcc86b0b98279da68522caace2bd7ce644287685f0a",
            exercises="an extension that may fail, by a build_ext of its own, data files in test packages",
            check="from importlib.util import find_spec; assert find_spec('tornado.speedups').origin",
        ),
        only_theirs={"tornado/platform/auto.pyi": AUTOMATIC, "tornado/speedups.pyi": AUTOMATIC},
    ),
    BackendPackage(
        released(
            "click-7.1.2.tar.gz",
            "d2b5255c7c6349bc1bd1e59e08cd12acbbd63ce649f2588755783aa94dfb6b1a",
            exercises="find_packages in src, what setup.cfg says of metadata",
            check="import click; assert click.__version__ == '7.1.2'",
        ),
        requires=(SETUPTOOLS,),
    ),
    BackendPackage(
        released(
            "MarkupSafe-2.1.5.tar.gz",
            "d283d37a890ba4c1ae73ffadf8046435c76e7bc2247bbb63c00bd1a709c6544b",
            exercises="setuptools' build_ext replaced, all metadata in setup.cfg",
            check="from markupsafe import _speedups, escape; assert escape('<') == '&lt;'",
        ),
        requires=(SETUPTOOLS,),
    ),
    BackendPackage(
        released(
            "docopt-0.6.2.tar.gz",
            "49b3a825280bd66b3aa83585ef59c4a8c82f2c8a522dbe754a8bc8d08c85c491",
            exercises="a single module, a version imported from it",
            check="from importlib.util import find_spec; assert find_spec('docopt').origin",
        ),
        legacy=True,
        requires=(SETUPTOOLS,),
    ),
    BackendPackage(
        released(
            "bottle-0.13.4.tar.gz",
            "787e78327e12b227938de02248333d788cfe45987edca735f8f88e03472c3f47",
            exercises="a single module that is a script as well",
            check="import bottle; assert bottle.template('{{x}}', x=7) == '7'",
        ),
        legacy=True,
        requires=(SETUPTOOLS,),
    ),
)

PURE, NATIVE = real_packages.BY_NAME, real_c_packages.BY_NAME

PACKAGES = (
    BackendPackage(
        PURE["Django"],
        legacy=True,
        only_ours={
            "django-1.6.11.dist-info/licenses/AUTHORS": "[metadata] in setup.cfg is setuptools' alone"
        },
        fields={"License-File": "the same"},
    ),
    BackendPackage(PURE["docutils"]),
    BackendPackage(PURE["roundup"], legacy=True, not_whole="No module named 'roundup.dist'"),
    BackendPackage(PURE["CherryPy"]),
    BackendPackage(PURE["ptyprocess"]),
    BackendPackage(PURE["mpmath"]),
    BackendPackage(PURE["configobj"], legacy=True),
    BackendPackage(PURE["termcolor"], legacy=True, not_whole="No such file or directory"),
    BackendPackage(PURE["pyxdg"]),
    BackendPackage(
        PURE["pexpect"],
        requires=(SETUPTOOLS,),
        prepared="its setup.py imports setuptools only where 'bdist_wheel' is among the arguments",
    ),
    BackendPackage(NATIVE["PyYAML"], legacy=True, no_sdist="No module named 'Cython'"),
    BackendPackage(NATIVE["simplejson"]),
    BackendPackage(NATIVE["bitarray"]),
    BackendPackage(NATIVE["crcmod"]),
    BackendPackage(NATIVE["posix_ipc"], legacy=True),
    BackendPackage(NATIVE["wrapt"]),
    BackendPackage(NATIVE["psutil"], requires=(SETUPTOOLS,)),
    *OWN,
)

BY_NAME = {package.package.name: package.package for package in PACKAGES}
