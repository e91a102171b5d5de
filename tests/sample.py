"""The setup script of the sample project (`seams/scenarios.py`), which can report what its run did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conftest import write_files
from seams.scenarios import EVERYTHING, FILES

SETUP = """
from distutils.core import Command, setup


class start(Command):
    description = "start a program"
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        self.spawn(["true"])


attributes = {attributes!r}
attributes["cmdclass"] = {{"start": start}}
attributes["data_files"] = [
    tuple(each) if isinstance(each, list) else each for each in attributes["data_files"]
]

if __name__ == "__main__":
    import glob, json, os, resource, sys

    started = []
    sys.addaudithook(lambda event, _: started.append(event) if event in STARTS else None)
    STARTS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn", "os.fork", "os.exec")
    dist = setup(**attributes)
    report = os.environ.get("SAMPLE_REPORT")
    if report:
        import oxidist

        children = [open(path).read() for path in glob.glob("/proc/self/task/*/children")]
        with open(report, "w") as stream:
            json.dump(
                {{
                    "journal": oxidist.journal(bool(dist.dry_run)),
                    "dist_files": [list(each) for each in dist.dist_files],
                    "started": started + [each for each in children if each],
                    "children_memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
                }},
                stream,
            )
"""


def make_sample(folder: Path) -> Path:
    """The sample project in `folder`, which must not exist yet."""
    write_files(folder, {**FILES, "setup.py": SETUP.format(attributes=EVERYTHING)})
    (folder / "scripts/hello").chmod(0o755)
    return folder


def read_report(path: Path) -> dict[str, Any]:
    """What the run with `SAMPLE_REPORT=path` did: journal, dist_files, processes that were started."""
    report: dict[str, Any] = json.loads(path.read_text())
    return report
