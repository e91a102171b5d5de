"""Debian's python-distutils-extra: commands for translations, icons, help, and a `setup` that infers them."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import interpreters
import pytest

from ecosystem.debian import not_installed
from ecosystem.sides import PLAIN, PLAIN_WITHOUT_ITS_OWN, Sides, Way

# What Debian's package python3-distutils-extra has in it: all that is taken from Debian's folder.
DISTUTILS_EXTRA = Path("/usr/lib/python3/dist-packages/DistUtilsExtra")

missing = not_installed("gettext", "intltool", "python3-distutils-extra")
pytestmark = pytest.mark.skipif(bool(missing), reason=f"these packages of Debian's are missing: {missing}")

ANCHOR = {
    "anchor/__init__.py": "from gettext import gettext as _\nprint(_('Weigh anchor'))\n",
    "bin/anchor": "#!/usr/bin/python3\nimport anchor\n",
    "data/anchor.desktop.in": """
        [Desktop Entry]
        Type=Application
        _Name=Anchor
        Exec=anchor
        """,
    "data/anchor.ui": '<interface>\n<object class="GtkLabel"/>\n</interface>\n',
    "data/icons/scalable/apps/anchor.svg": "<svg/>\n",
    "data/icons/48x48/apps/anchor.png": b"\x89PNG",
    "etc/anchor/anchor.conf": "depth = 4\n",
    "help/C/index.docbook": "<book/>\n",
    "help/C/figures/chain.png": b"\x89PNG",
    "anchor.1": '.TH anchor 1 "" ""\n',
    "po/de.po": """
        msgid ""
        msgstr ""
        "Content-Type: text/plain; charset=UTF-8\\n"

        msgid "Weigh anchor"
        msgstr "Anker lichten"

        msgid "Anchor"
        msgstr "Anker"
        """,
}

INFERRED = """
    from DistUtilsExtra.auto import setup
    setup(name="anchor", version="2.0", description="Holds", url="https://example.org", license="GPL",
          author="A. Sailor", author_email="sailor@example.org")
    """

# The same said in full, as it was before there was `auto`.
SAID = """
    from distutils.core import setup
    from DistUtilsExtra.command import build_extra, build_help, build_i18n, build_icons, clean_i18n
    setup(
        name="anchor",
        version="2.0",
        packages=["anchor"],
        scripts=["bin/anchor"],
        data_files=[("share/anchor", ["data/anchor.ui"])],
        cmdclass={
            "build": build_extra.build_extra,
            "build_help": build_help.build_help,
            "build_i18n": build_i18n.build_i18n,
            "build_icons": build_icons.build_icons,
            "clean": clean_i18n.clean_i18n,
        },
    )
    """

# Not the one that runs the script: there may be two environments.
BUILD_SCRIPTS = "[build_scripts]\nexecutable = /usr/bin/python3\n"

SETUP_CFG = """
    [build]
    icons = True
    help = True
    i18n = True
    [build_i18n]
    domain = anchor
    desktop_files = [("share/applications", ["data/anchor.desktop.in"])]
    [build_icons]
    icon_dir = data/icons
    [build_scripts]
    executable = /usr/bin/python3
    """

debians_pythons = [Way("distutils.core", each) for each in interpreters.found() if each.patched]
every_python = pytest.mark.parametrize("way", [PLAIN, PLAIN_WITHOUT_ITS_OWN, *debians_pythons[:1]], ids=str)


@pytest.fixture
def sides(environment, tmp_path):
    def make(way: Way, files: dict[str, str | bytes]) -> Sides:
        both = way.sides(environment, tmp_path, files)
        for side in (both.ours, both.theirs):
            for program in (side / "bin").iterdir():
                program.chmod(0o755)
        return both

    return make


@pytest.fixture
def path(tmp_path) -> dict[str, str]:
    """An environment that has the package, and nothing else of Debian's."""
    shutil.copytree(DISTUTILS_EXTRA, tmp_path / "path/DistUtilsExtra", ignore=shutil.ignore_patterns("*.pyc"))
    # `auto` goes over sets of files.
    return {"PYTHONPATH": str(tmp_path / "path"), "PYTHONHASHSEED": "0"}


TRANSLATED = [
    "usr/share/applications/anchor.desktop",
    "usr/share/locale/de/LC_MESSAGES/anchor.mo",
]


def assert_installed(both: Sides) -> set[str]:
    """That both have installed the same below `root`; the names, without those that name a Python."""
    # setuptools' copy, with which it is compared where there is no other, makes a folder of it.
    egg_info = () if both.there == both.beside else (r"\.egg-info",)
    made = both.assert_same("root", but=egg_info)
    assert b"Name[de]=Anker\n" in made[TRANSLATED[0]].data
    assert b"Anker lichten" in made[TRANSLATED[1]].data
    return {name for name in made if "/lib/" not in name}


@every_python
def test_what_is_inferred_is_built_installed_and_packed(sides, path, way) -> None:
    both = sides(way, {"setup.py": INFERRED, "setup.cfg": BUILD_SCRIPTS, **ANCHOR})
    both.setup("install", "--root=root", "--prefix=/usr", env=path)
    assert assert_installed(both) == {
        *TRANSLATED,
        "etc/anchor/anchor.conf",
        "usr/bin/anchor",
        "usr/share/anchor/anchor.ui",
        "usr/share/help/C/anchor/figures/chain.png",
        "usr/share/help/C/anchor/index.docbook",
        "usr/share/icons/hicolor/48x48/apps/anchor.png",
        "usr/share/icons/hicolor/scalable/apps/anchor.svg",
        "usr/share/man/man1/anchor.1",
    }
    for side in (both.ours, both.theirs):
        shutil.rmtree(side / "root")
    both.setup("sdist", env=path)
    ours, theirs = (names_in(side / "dist/anchor-2.0.tar.gz") for side in (both.ours, both.theirs))
    assert ours == theirs
    assert "anchor-2.0/etc/anchor/anchor.conf" in ours
    both.setup("clean", env=path)
    assert not (both.ours / "build").exists()


@every_python
def test_what_a_script_names_is_built_and_installed(sides, path, way) -> None:
    both = sides(
        way, {"setup.py": SAID, "setup.cfg": SETUP_CFG, **ANCHOR, "po/POTFILES.in": "anchor/__init__.py\n"}
    )
    both.setup("build", env=path)
    both.setup("install", "--root=root", "--prefix=/usr", env=path)
    assert assert_installed(both) == {
        *TRANSLATED,
        "usr/bin/anchor",
        "usr/share/anchor/anchor.ui",
        "usr/share/help/C/anchor/figures/chain.png",
        "usr/share/help/C/anchor/index.docbook",
        "usr/share/icons/hicolor/48x48/apps/anchor.png",
        "usr/share/icons/hicolor/scalable/apps/anchor.svg",
    }


def names_in(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        names = sorted(member.name for member in opened if not member.isdir())
    # Where it is setuptools' copy that makes it, its folder is in it.
    return [name for name in names if ".egg-info/" not in name]
