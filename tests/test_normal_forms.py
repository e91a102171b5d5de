"""A rule holds for a file however the accents in the two are spelled: what is excluded is not published."""

from __future__ import annotations

import re
import tarfile
import unicodedata
from pathlib import Path

import pytest

NAME = "café"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, NAME) for form in ("NFC", "NFD"))
# Each way round, and each with itself.
SPELLINGS = [(rule, name) for rule in (COMPOSED, DECOMPOSED) for name in (COMPOSED, DECOMPOSED)]
spelled = pytest.mark.parametrize(
    ("rule", "name"), SPELLINGS, ids=["NFC-NFC", "NFC-NFD", "NFD-NFC", "NFD-NFD"]
)

# What a script may do so that each pattern goes through Python's `re`, one after the other.
LONG_WAYS = {
    "none": "",
    "debugging": "import distutils.debug; distutils.debug.DEBUG = '1'",
    "method": "FileList.debug_print = lambda self, message: None",
    "class": """
class Own(FileList):
    def include_pattern(self, *args, **keywords):
        return super().include_pattern(*args, **keywords)

    def exclude_pattern(self, *args, **keywords):
        return super().exclude_pattern(*args, **keywords)

import distutils.command.sdist
distutils.command.sdist.FileList = Own
""",
    "function": """
import distutils.filelist
own = distutils.filelist.translate_pattern
distutils.filelist.translate_pattern = lambda *args, **keywords: own(*args, **keywords)
""",
    "walk": """
import os
walk = os.walk
os.walk = lambda *args, **keywords: walk(*args, **keywords)
""",
}


@pytest.mark.parametrize("way", LONG_WAYS)
@spelled
@pytest.mark.parametrize(
    "template",
    [
        "global-include *\nexclude top-{}.key\nrecursive-exclude {} *.key\nglobal-exclude {}.key",
        "global-include *\nprune {}\nglobal-exclude *{}.key",
        "graft keep\ngraft {}\nprune {}",
        "include *\nexclude top-{}.ke[y]",
    ],
    ids=["patterns", "folder", "graft", "class"],
)
def test_an_excluded_file_is_not_published(template, rule, name, way, project, run_setup) -> None:
    script = f"from distutils.core import setup\nfrom distutils.filelist import FileList\n{LONG_WAYS[way]}\n"
    folder = project(
        {
            "setup.py": script + "setup(name='p', version='1', url='u', author='a', author_email='e')\n",
            "MANIFEST.in": template.replace("{}", rule) + "\n",
            "keep/a.txt": "",
            f"top-{name}.key": "",
            f"{name}/secret.key": "",
            f"keep/{name}.key": "",
        }
    )
    if "graft" in template:
        (folder / "keep" / f"{name}.key").unlink()
    run_setup(folder, "-q", "sdist", "--formats=tar")
    with tarfile.open(folder / "dist/p-1.tar") as archive:
        names = archive.getnames()
    assert not [each for each in names if each.endswith(".key")]
    assert "p-1/keep/a.txt" in names or template.startswith("include")


@spelled
def test_patterns_called_from_a_script_find_either_spelling(rule, name, distutils, monkeypatch) -> None:
    import distutils.debug
    import distutils.filelist
    from distutils.filelist import FileList

    def found(pattern, **keywords):
        filelist = FileList()
        filelist.set_allfiles([f"{name}.key", f"{name}/a.key", "other"])
        included = filelist.include_pattern(pattern, **keywords)
        files = list(filelist.files)
        filelist.files = list(filelist.allfiles)
        excluded = filelist.exclude_pattern(pattern, **keywords)
        assert included == excluded and sorted(files + filelist.files) == sorted(filelist.allfiles)
        return files

    for debugging in (None, "1"):
        monkeypatch.setattr(distutils.debug, "DEBUG", debugging)
        assert found(f"{rule}.key") == [f"{name}.key"]
        assert found(f"{rule[-2:]}.key", anchor=0) == [f"{name}.key"]
        assert found("*.key", prefix=rule) == [f"{name}/a.key"]
        assert found(None, prefix=rule) == [f"{name}/a.key"]
        assert found(rf"^{rule}\.key$", is_regex=1) == [f"{name}.key"]
        # What only Python's `re` knows.
        assert found(rf"^(?={rule})", is_regex=1) == [f"{name}.key", f"{name}/a.key"]
        assert found(re.compile(rf"^{rule}\.KEY$", re.I), is_regex=1) == [f"{name}.key"]
        assert found(re.compile("nothing"), is_regex=1) == []


@spelled
def test_the_folder_of_builds_and_of_the_release_is_left_out_in_either_spelling(
    rule, name, project, run_setup
) -> None:
    folder = project(
        {
            "setup.py": f"""
                from distutils.core import setup
                setup(name={rule!r}, version="1", options={{"build": {{"build_base": {rule!r}}}}})
            """,
            "MANIFEST.in": "global-include *.txt\n",
            f"{name}/lib/a.txt": "",
            f"{name}-1/b.txt": "",
            "c.txt": "",
        }
    )
    run_setup(folder, "-q", "sdist", "--manifest-only")
    assert [each for each in Path(folder, "MANIFEST").read_text().split("\n") if ".txt" in each] == ["c.txt"]
