"""A compiler that writes down when it begins and ends, and what such a log says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

# The lines that a recipe or a wrapper writes around a job; `{log}` is the file.
BEGIN, END = "echo + >> {log}", "echo - >> {log}"

COMPILER = """\
#!/bin/sh
case "$*" in
  *--version*) exec gcc --version ;;
esac
{begin}
sleep {seconds}
gcc "$@"
status=$?
{end}
exit $status
"""


class JobLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.begin = BEGIN.format(log=shlex.quote(str(path)))
        self.end = END.format(log=shlex.quote(str(path)))

    def compiler(self, program: Path, seconds: float = 0.05) -> Path:
        """Make `program`: a gcc that takes at least so long, and is logged."""
        program.write_text(COMPILER.format(begin=self.begin, end=self.end, seconds=seconds))
        program.chmod(0o755)
        return program

    def _running(self) -> Iterator[int]:
        running = 0
        for line in self.path.read_text().split():
            running += {"+": 1, "-": -1}[line]
            yield running

    @property
    def jobs(self) -> int:
        """How many jobs began."""
        return self.path.read_text().split().count("+")

    @property
    def most(self) -> int:
        """How many of them ran at once at most."""
        return max(self._running(), default=0)
