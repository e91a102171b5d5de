"""Babel's commands, from `cmdclass` and as those of an installed distribution."""

from __future__ import annotations

import re
from pathlib import Path

from ecosystem.sides import SETUPTOOLS, Sides, every_way

BABEL = "Babel==2.19.0"

SOURCES = {
    "tide/__init__.py": """
        from gettext import gettext as _, ngettext
        # NOTE: the sea, not the moon
        title = _("High tide")
        def hours(n):
            return ngettext("%d hour", "%d hours", n)
        """,
    "tide/page.js": 'show(gettext("Low tide"));\n',
    "babel.cfg": "[python: **.py]\n[javascript: **.js]\n",
    "setup.cfg": """
        [extract_messages]
        output_file = tide/locale/tide.pot
        add_comments = NOTE
        msgid_bugs_address = sea@example.org
        mapping_file = babel.cfg
        [init_catalog]
        domain = tide
        input_file = tide/locale/tide.pot
        output_dir = tide/locale
        [update_catalog]
        domain = tide
        input_file = tide/locale/tide.pot
        output_dir = tide/locale
        [compile_catalog]
        domain = tide
        directory = tide/locale
        statistics = yes
        """,
    "tide/locale/": "",
}

NAMED_IN_THE_SCRIPT = """
    from SETUP import setup
    from COMMAND.build_py import build_py
    from babel.messages import setuptools_frontend as babel
    class build_with_catalogs(build_py):
        def run(self):
            self.run_command("compile_catalog")
            build_py.run(self)
    commands = ("compile_catalog", "extract_messages", "init_catalog", "update_catalog")
    setup(
        name="tide",
        version="1.0",
        packages=["tide"],
        package_data={"tide": ["locale/*/*/*.mo"]},
        cmdclass={**{name: getattr(babel, name) for name in commands}, "build_py": build_with_catalogs},
    )
    """

OFFERED = """
    from SETUP import setup
    setup(name="tide", version="1.0", packages=["tide"], package_data={"tide": ["locale/*/*/*.mo"]})
    """


def catalogs(folder: Path) -> dict[str, bytes]:
    """All catalogs in the folder, without the moments at which they were made."""
    return {
        path.relative_to(folder).as_posix(): re.sub(
            rb"\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d{4}", b"", path.read_bytes()
        )
        for path in sorted(folder.rglob("*.[mp]o*"))
    }


def translate(catalog: Path, **texts: str) -> None:
    said = catalog.read_text(encoding="utf-8")
    for name, text in texts.items():
        there = f'msgid "{name.replace("_", " ")}"\nmsgstr "'
        assert there in said
        said = said.replace(there, there + text)
    catalog.write_text(said, encoding="utf-8")


def from_the_sources_to_the_catalog(both: Sides) -> None:
    """What a translator and a developer do in turn."""
    both.setup("extract_messages")
    both.setup("init_catalog", "-l", "de")
    for side in (both.ours, both.theirs):
        translate(side / "tide/locale/de/LC_MESSAGES/tide.po", High_tide="Flut", Low_tide="Ebbe")
        with open(side / "tide/__init__.py", "a", encoding="utf-8") as source:
            source.write('slack = _("Slack")\n')
    both.setup("extract_messages")
    both.setup("update_catalog", "--no-fuzzy-matching")
    both.setup("compile_catalog", "--use-fuzzy")
    made = catalogs(both.ours)
    assert made == catalogs(both.theirs)
    assert list(made) == [
        "tide/locale/de/LC_MESSAGES/tide.mo",
        "tide/locale/de/LC_MESSAGES/tide.po",
        "tide/locale/tide.pot",
    ]
    assert b"#. NOTE: the sea, not the moon" in made["tide/locale/tide.pot"]


@every_way
def test_commands_that_a_script_names(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, {"setup.py": NAMED_IN_THE_SCRIPT, **SOURCES}, BABEL)
    from_the_sources_to_the_catalog(both)
    if way.module == "setuptools":
        # Which shows what is logged, as Babel does; plain distutils does not.
        ours, theirs = both.setup("compile_catalog", "--use-fuzzy")
        assert "3 of 4 messages (75%) translated" in ours.stdout
        assert ours.stdout == theirs.stdout
    for side in (both.ours, both.theirs):
        next(side.rglob("*.mo")).unlink()
    both.setup("compile_catalog", "--use-fuzzy", "build", "--build-lib=lib")
    made = both.assert_same("lib", but=(r"/tide\.mo$",))
    assert list(made) == ["tide/__init__.py"]
    assert catalogs(both.ours / "lib") == catalogs(both.theirs / "lib") != {}


@every_way
def test_commands_that_the_installed_babel_offers(environment, tmp_path, way) -> None:
    """With plain distutils, too, where only Oxidist looks for them: it is compared with setuptools."""
    both = way.sides(environment, tmp_path, {"setup.py": OFFERED, **SOURCES}, BABEL)
    if way.module != "setuptools":
        script = both.theirs / "setup.py"
        script.write_text(script.read_text().replace(way.module, "setuptools"))
        both.beside = environment(way.interpreter, SETUPTOOLS, BABEL)
    from_the_sources_to_the_catalog(both)
