"""Archives of one tree, made by several builders in turn: times, sizes, and whether the same is in them."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contestants import Contestant, head, in_turn, row


@dataclass(frozen=True)
class Builder:
    """Makes the archive in `dist`, with these arguments; `prepare` makes a copy of the tree fit for it."""

    contestant: Contestant
    arguments: Sequence[str]
    prepare: Callable[[Path], None] = lambda project: None
    goal: float | None = None  # how many times longer than ours it has to take at least


def compare(
    what: str,
    builders: Sequence[Builder],
    write: Callable[[Path], None],
    contents: Callable[[Path], Mapping[str, object]],
    rounds: int,
    scratch: Path,
) -> None:
    """The table, ours being the first of `builders`. `contents` of all archives have to be equal."""
    by_name = {builder.contestant.name: builder for builder in builders}
    ours = builders[0].contestant.name
    times: dict[str, list[float]] = {name: [] for name in by_name}
    sizes: dict[str, int] = {}
    found: dict[str, Mapping[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-archive-", dir=scratch) as folder:
        source = Path(folder) / "source"
        source.mkdir()
        write(source)
        for one in in_turn([builder.contestant for builder in builders], rounds):
            builder = by_name[one.name]
            with tempfile.TemporaryDirectory(dir=folder) as place:
                project = Path(place) / "project"
                shutil.copytree(source, project)
                builder.prepare(project)
                times[one.name].append(one.run(project, builder.arguments)[0])
                (archive,) = (path for path in (project / "dist").iterdir() if path.suffix in (".whl", ".gz"))
                found.setdefault(one.name, contents(archive))
                sizes[one.name] = archive.stat().st_size
    for name, files in found.items():
        if files != found[ours]:
            different = sorted(set(files.items()) ^ set(found[ours].items()), key=str)[:5]
            raise SystemExit(f"{what}: those of {name} and {ours} differ: {different}")
    head(f"{what} of {len(found[ours])} files", "seconds", f"times {ours}'s", "goal", "KiB")
    least = statistics.median(times[ours])
    for name, builder in by_name.items():
        median = statistics.median(times[name])
        goal = f"{builder.goal:g}" if builder.goal else "-"
        row([name, f"{median:.3f}", f"{median / least:.2f}", goal, str(sizes[name] // 1024)])
    print()
