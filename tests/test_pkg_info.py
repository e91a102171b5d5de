"""PKG-INFO of versions 1.0 to 1.2, read and written as by CPython's distutils; keywords and usage texts."""

from __future__ import annotations

import json

import pytest

METADATA = [
    {},
    {"name": "p", "version": "1.0"},
    {
        "name": "p",
        "version": "1.0",
        "description": "d",
        "long_description": "a\nb\n\nc",
        "author": "A",
        "author_email": "a@x",
        "url": "u",
        "license": "MIT",
        "keywords": ["a", "b"],
        "platforms": ["x", "y"],
    },
    {"name": "p", "version": "1.0", "classifiers": ["A :: B"], "download_url": "http://d"},
    {"name": "p", "version": "1.0", "provides": ["a (1.0)"], "requires": ["b (>1.0)"], "obsoletes": ["c"]},
    {"name": "p-q", "version": "1.0", "maintainer": "M", "maintainer_email": "m@x", "author": "A"},
    {"name": "r\u00eave", "version": "1", "author": "\u6d77", "long_description": "x\n  y\n\t z"},
    {"name": "p", "version": "1", "keywords": "a, b c", "platforms": "one"},
]

FILES = [
    "Metadata-Version: 1.0\nName: a\nVersion: 1\nSummary: UNKNOWN\nHome-page: UNKNOWN\nAuthor: UNKNOWN\n"
    "Author-email: UNKNOWN\nLicense: UNKNOWN\nDescription: UNKNOWN\nPlatform: UNKNOWN\n",
    "Metadata-Version: 1.1\nName: a\nVersion: 1\nSummary: s\nAuthor: x\nKeywords: a,b,c\nPlatform: p\n"
    "Platform: q\nClassifier: C\nRequires: r\nRequires: t (>1)\nProvides: v\nObsoletes: o\n"
    "Download-URL: D\nDescription: x\n        y\n         z\n",
    "Metadata-Version: 1.2\nName: a\nVersion: 1\nMaintainer: m\nMaintainer-email: mm\nRequires-Python: >=3\n",
    "Metadata-Version: 1.1\r\nname: lower\r\nVERSION: 2\r\nSummary: s\r\n",
    "Metadata-Version: 1.1\nName: a\nVersion: 1\n\na body\n",
]

ROUND_TRIP = """
import io, json, sys
from distutils.dist import Distribution, DistributionMetadata

def read(text):
    metadata = DistributionMetadata()
    metadata.read_pkg_file(io.StringIO(text))
    again = io.StringIO()
    metadata.write_pkg_file(again)
    return [sorted((name, repr(value)) for name, value in vars(metadata).items()), again.getvalue()]

def written(keywords):
    file = io.StringIO()
    Distribution(keywords).metadata.write_pkg_file(file)
    return file.getvalue()

metadata, files = json.load(open("given.json"))
texts = [written(keywords) for keywords in metadata]
print(json.dumps([texts, [read(text) for text in texts + files]]))
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory, oracle, clean_home) -> list[list]:
    import subprocess
    import sys

    from conftest import clean_environment

    folder = tmp_path_factory.mktemp("pkg-info")
    (folder / "given.json").write_text(json.dumps([METADATA, FILES]))
    (folder / "driver.py").write_text(ROUND_TRIP)
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    ours = subprocess.run(
        [sys.executable, "driver.py"], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    return [json.loads(ours), json.loads(oracle.run("driver.py", cwd=folder).stdout)]


@pytest.mark.parametrize("number", range(len(METADATA)))
def test_metadata_are_written_as_by_cpythons_distutils(number: int, both) -> None:
    ours, theirs = both
    assert ours[0][number] == theirs[0][number]


@pytest.mark.parametrize("number", range(len(METADATA) + len(FILES)))
def test_a_file_is_read_and_written_again_as_by_cpythons_distutils(number: int, both) -> None:
    ours, theirs = both
    assert ours[1][number] == theirs[1][number]


NAMES = """
import json
from distutils import core
usages = [core.gen_usage(name) for name in ("/a/b/setup.py", "x", "../s p.py")]
print(json.dumps([usages, core.USAGE, list(core.setup_keywords), list(core.extension_keywords)]))
"""


def test_usage_texts_and_keywords_are_cpythons(project, oracle, run_setup) -> None:
    folder = project({"driver.py": NAMES})
    expected = json.loads(oracle.run("driver.py", cwd=folder).stdout)
    assert json.loads(run_setup(folder, script="driver.py").stdout) == expected
