"""The code blocks of the pages that people read."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)```(\w*)$")


@dataclass(frozen=True)
class Block:
    """A code block: its page, relative to the project; its place there, from 0; the line it begins on."""

    page: str
    index: int
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """What a reader types: the lines behind a `$`."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]


@cache
def pages() -> dict[str, list[Block]]:
    """The blocks of each page that has any, in order."""
    paths = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("examples/*/README.md"))]
    found = {path.relative_to(ROOT).as_posix(): blocks(path) for path in paths}
    return {page: blocks for page, blocks in found.items() if blocks}


def blocks(path: Path) -> list[Block]:
    page = path.relative_to(ROOT).as_posix()
    found: list[Block] = []
    begin: tuple[int, str] | None = None
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        fence = FENCE.match(line)
        if fence is None:
            continue
        if begin is None:
            begin = number, fence[2]
        else:
            text = textwrap.dedent("\n".join(lines[begin[0] : number - 1])) + "\n"
            found.append(Block(page, len(found), begin[0], begin[1], text))
            begin = None
    assert begin is None, f"{page}: the block that begins on line {begin} has no end"
    return found
