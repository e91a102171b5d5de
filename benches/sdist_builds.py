"""A source archive of a tree in which most files are not for it: ours, setuptools', and uv's.

The same tree as for the other jobs, with its 15,000 other files; what MANIFEST.in says there is said to uv in
its own table. The files in the archives have to be the same.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from functools import partial
from pathlib import Path

import archive_builds
import sample_tree
from archive_builds import Builder
from contestants import UV, Contestant, environment, oxidist, setuptools

# What some archives have besides: descriptions in each builder's own form.
OWN = ("PKG-INFO", "setup.cfg", "setup.py", "MANIFEST.in", "pyproject.toml", "pyproject.toml.orig")

PROJECT = """\
[project]
name = "sample"
version = "1.0"
description = "A sample."

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"

[tool.uv.build-backend]
module-name = {modules}
source-include = {include}
source-exclude = {exclude}
"""

# How a rule of MANIFEST.in is said to uv: `{}` are its patterns, `{folder}` its folder.
SAID = {
    "include": "{}",
    "recursive-include": "{folder}/**/{}",
    "graft": "{folder}/**",
    "global-include": "**/{}",
}


def patterns(excluded: bool) -> list[str]:
    """The rules of the template that include, or those that exclude (all of which come behind the others)."""
    opposite = {"exclude": "include", "prune": "graft"}
    found = []
    for rule in sample_tree.TEMPLATE.splitlines():
        action, *words = rule.split()
        says_no = action.removeprefix("recursive-").removeprefix("global-") in opposite
        if says_no != excluded:
            continue
        said = SAID[action.replace("exclude", "include").replace("prune", "graft")]
        folder = words[0]
        if "{folder}" in said and "{}" in said:
            words = words[1:]
        # Its patterns cannot have a tilde in them; no file of the tree has one.
        found += [said.format(word, folder=folder) for word in words if "~" not in word]
    return found


def for_uv(project: Path) -> None:
    (project / "setup.py").unlink()
    modules = sorted(path.name for path in (project / "src").iterdir())
    text = PROJECT.format(
        modules=json.dumps(modules),
        include=json.dumps(patterns(excluded=False)),
        exclude=json.dumps(patterns(excluded=True)),
    )
    (project / "pyproject.toml").write_text(text)


def contents(path: Path) -> dict[str, str]:
    """Name and SHA-256 of each file in the archive, without what is each builder's own."""
    found = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or ".egg-info" in member.name or Path(member.name).name in OWN:
                continue
            found[member.name] = hashlib.sha256(file.read()).hexdigest()
    return found


def compare(rounds: int, scratch: Path, scale: float) -> None:
    """The table."""
    uv = environment("uv", UV).parent / "uv"
    builders = [
        Builder(oxidist(), ["-q", "sdist"]),
        Builder(setuptools(), ["-q", "sdist"], goal=8.0),
        Builder(
            Contestant("uv build", [str(uv)], {"UV_OFFLINE": "1"}),
            ["build", "--quiet", "--sdist"],
            for_uv,
            goal=1.0,
        ),
    ]
    write = partial(sample_tree.write, scale=scale)
    archive_builds.compare("a source archive", builders, write, contents, rounds, scratch)
