"""stdeb: Debian packages of projects that know nothing of it, by way of `command_packages`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import interpreters
import pytest
from c_projects import module
from interpreters import versions
from outputs import Outputs, assert_same, below, made_of

from ecosystem.debian import not_installed
from ecosystem.sides import WAYS, Sides, Way, every_way

STDEB = "stdeb==0.11.0"

# The last ones have no pkg_resources, which its programs import. Its commands do not.
OLDER_SETUPTOOLS = "setuptools==80.9.0"

missing = not_installed(
    "debhelper", "dh-python", "dpkg-dev", "fakeroot", "python3-all-dev", "python3-setuptools"
)
pytestmark = pytest.mark.skipif(bool(missing), reason=f"these packages of Debian's are missing: {missing}")

BUOY = {
    "setup.py": """
        from SETUP import Extension, setup
        setup(
            name="buoy",
            version="1.2",
            description="Counts buoys",
            long_description="Counts buoys,\\nby colour.",
            author="A. Sailor",
            author_email="sailor@example.org",
            maintainer="A. Sailor",
            maintainer_email="sailor@example.org",
            url="https://example.org",
            packages=["buoy"],
            package_data={"buoy": ["*.txt"]},
            scripts=["scripts/count-buoys"],
        )
        """,
    "MANIFEST.in": "include buoy/*.txt\n",
    "buoy/__init__.py": "number = 3\n",
    "buoy/colours.txt": "red\n",
    "scripts/count-buoys": "#!/usr/bin/env python3\nimport buoy\nprint(buoy.number)\n",
}

PACKAGES = "--command-packages=stdeb.command"

# Where `python3` is Debian's own.
DEBIANS_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

PASSING = re.compile(rb"\w{3}, \d\d \w{3} \d{4} [\d:]+ \+0000|python3-setuptools, ")

debians_python = [each for each in interpreters.found() if each.patched]


def debian_package(side: Path) -> Outputs:
    """What the .deb of the project has in it, and says of itself."""
    (deb,) = (side / "deb_dist").glob("python3-buoy_*.deb")
    opened = side / "opened"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, opened], check=True)
    # The time at which it was made is in the changelog, and so in its checksum.
    return below(opened, but=(r"/changelog\.Debian\.gz$", "/md5sums$"))


def debian_folder(side: Path) -> dict[str, bytes]:
    """The `debian` folder of a source package, without the times at which it was made.

    Where setuptools' copy is the only distutils, stdeb takes every script for one of setuptools. That is left
    out, too.
    """
    (folder,) = (side / "deb_dist").glob("*/debian")
    return {name: re.sub(PASSING, b"", file.data) for name, file in below(folder).items()}


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way.module == "setuptools" or way.interpreter.distutils], ids=str
)
def test_a_debian_package_comes_out(environment, tmp_path, way) -> None:
    """stdeb runs under any Python. What it builds is for Debian's, which here has no Oxidist."""
    both = way.sides(environment, tmp_path, BUOY, STDEB)
    # Debian's Python has two, and would be told by an environment that Oxidist or a person has set.
    for_the_inner = "--setup-env-vars=SETUPTOOLS_USE_DISTUTILS=stdlib"
    both.setup(PACKAGES, "sdist_dsc", for_the_inner, "bdist_deb", env={"PATH": DEBIANS_PATH})
    ours = debian_package(both.ours)
    assert_same(ours, debian_package(both.theirs), made_of)
    assert [name for name in ours if "egg-info" not in name] == [
        "DEBIAN/control",
        "DEBIAN/postinst",
        "DEBIAN/prerm",
        "usr/bin/count-buoys",
        "usr/lib/python3/dist-packages/buoy/__init__.py",
        "usr/lib/python3/dist-packages/buoy/colours.txt",
    ]
    control = ours["DEBIAN/control"].data.decode()
    assert "Package: python3-buoy\n" in control
    assert "Description: Counts buoys\n Counts buoys,\n by colour.\n" in control


@pytest.mark.skipif(not debians_python, reason="no Python here has Debian's changes to distutils")
def test_under_debians_python_the_package_itself_is_built_by_oxidist(environment, tmp_path) -> None:
    way = Way("distutils.core", debians_python[0])
    bell = 'ext_modules=[Extension("buoy.bell", ["src/bell.c"], depends=["src/bell.h"])]'
    script = BUOY["setup.py"].replace("packages=", f"{bell}, packages=")
    more = {"src/bell.c": module("bell", "TONE", "bell.h"), "src/bell.h": "#define TONE 7\n"}
    more["MANIFEST.in"] = BUOY["MANIFEST.in"] + "include src/*.h\n"
    both = way.sides(environment, tmp_path, {**BUOY, **more, "setup.py": script}, STDEB)
    ours, _ = both.setup(PACKAGES, "sdist_dsc", "bdist_deb")
    assert "-MD -MF" in ours.stdout, "the engine compiles it"
    made = debian_package(both.ours)
    assert_same(made, debian_package(both.theirs), made_of)
    extension, egg_info = [name for name in made if ".so" in name or "egg-info" in name]
    assert re.fullmatch(r"usr/lib/python3/dist-packages/buoy-1.2.egg-info", egg_info)
    assert re.fullmatch(r"usr/lib/python3/dist-packages/buoy/bell.cpython-\d+-.*.so", extension)


@every_way
def test_a_person_has_the_commands_for_every_project(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, BUOY, STDEB)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pydistutils.cfg").write_text("[global]\ncommand_packages = stdeb.command\n")
    both.setup("sdist_dsc", "--debian-version=7", env={"HOME": str(home)})
    assert debian_folder(both.ours) == debian_folder(both.theirs)
    assert (both.ours / "deb_dist/buoy_1.2-7.dsc").exists()


def test_a_plain_script_is_not_taken_for_one_of_setuptools(environment, tmp_path) -> None:
    for way in WAYS:
        both = way.sides(environment, tmp_path / str(way), BUOY, STDEB)
        both.there.setup(both.ours, PACKAGES, "debianize")
        control = (both.ours / "debian/control").read_text()
        assert ("python3-setuptools" in control) == (way.module == "setuptools")
        assert (both.ours / "buoy.egg-info").exists() == (way.module == "setuptools")


@pytest.mark.parametrize("interpreter", versions((3, 13)), ids=str)
def test_py2dsc_makes_a_source_package_of_a_source_archive(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, STDEB, OLDER_SETUPTOOLS)
    both = Sides(
        there, tmp_path, {**BUOY, "setup.py": BUOY["setup.py"].replace("SETUP", "distutils.core")}, there
    )
    both.setup("sdist")
    ours, _ = both.run("py2dsc", "--debian-version", "3", "dist/buoy-1.2.tar.gz")
    assert debian_folder(both.ours) == debian_folder(both.theirs)
    assert "buoy_1.2-3.dsc" in {path.name for path in (both.ours / "deb_dist").iterdir()}
