"""A source archive of a tree in which most files are not for it: ours, setuptools', and uv's.

The same tree as for the other jobs, with its 15,000 other files; what MANIFEST.in says there is said to uv in
its own table. The files in the archives have to be the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import statistics
import tarfile
import tempfile
from pathlib import Path

import sample_tree
from contestants import UV, Contestant, environment, head, in_turn, oxidist, row, setuptools

# How many times longer than ours the others have to take at least.
GOALS = {"setuptools": 8.0, "uv build": 1.0}

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


def contents(project: Path) -> dict[str, str]:
    """Name and SHA-256 of each file in the archive, without what is each builder's own."""
    found = {}
    with tarfile.open(next((project / "dist").glob("*.tar.gz"))) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or ".egg-info" in member.name or Path(member.name).name in OWN:
                continue
            found[member.name] = hashlib.sha256(file.read()).hexdigest()
    return found


def compare(rounds: int, scratch: Path, scale: float) -> None:
    """The table."""
    uv = environment("uv", UV).parent / "uv"
    everyone = [oxidist(), setuptools(), Contestant("uv build", [str(uv)], {"UV_OFFLINE": "1"})]
    ours = everyone[0].name
    times: dict[str, list[float]] = {one.name: [] for one in everyone}
    sizes: dict[str, int] = {}
    outputs: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-sdist-", dir=scratch) as folder:
        source = Path(folder) / "source"
        source.mkdir()
        sample_tree.write(source, scale)
        for one in in_turn(everyone, rounds):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                project = Path(place) / "project"
                shutil.copytree(source, project)
                arguments = ["-q", "sdist"]
                if one.name == "uv build":
                    for_uv(project)
                    arguments = ["build", "--quiet", "--sdist"]
                times[one.name].append(one.run(project, arguments)[0])
                outputs.setdefault(one.name, contents(project))
                sizes[one.name] = next((project / "dist").glob("*.tar.gz")).stat().st_size
    for name, output in outputs.items():
        if output != outputs[ours]:
            different = sorted(set(output.items()) ^ set(outputs[ours].items()))[:5]
            raise SystemExit(f"the source archives of {name} and {ours} differ: {different}")
    head(f"a source archive of {len(outputs[ours])} files", "seconds", f"times {ours}'s", "goal", "KiB")
    least = statistics.median(times[ours])
    for name, taken in times.items():
        median = statistics.median(taken)
        goal = f"{GOALS[name]:g}" if name in GOALS else "-"
        row([name, f"{median:.3f}", f"{median / least:.2f}", goal, str(sizes[name] // 1024)])
