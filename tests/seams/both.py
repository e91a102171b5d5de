"""Plans for `compilers.py`, driven under CPython's own distutils and under ours."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from conftest import Oracle, clean_environment
from twins import LIBRARY

DRIVER = Path(__file__).parent / "compilers.py"


def drive(oracle: Oracle, folder: Path, plan: dict[str, Any], ours: bool) -> Any:
    """The driver's answer, in an empty folder, under our distutils or the interpreter's own."""
    folder.mkdir()
    environment = clean_environment(folder)
    environment["PYTHONPATH"] = str(LIBRARY) if ours else ""
    done = subprocess.run(
        [str(oracle.python), "-S", "-W", "ignore", str(DRIVER)],
        input=json.dumps(plan),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Both:
    """Plans driven under CPython's distutils and under ours."""

    def __init__(self, oracle: Oracle, folder: Path) -> None:
        self._oracle, self._folder, self._count = oracle, folder, 0
        self.catalogue = cache(lambda: self({})[1])

    def __call__(self, plan: dict[str, Any]) -> tuple[Any, Any]:
        self._count += 1
        return tuple(
            drive(self._oracle, self._folder / f"{name}-{self._count}", plan, ours=name == "ours")
            for name in ("ours", "theirs")
        )
