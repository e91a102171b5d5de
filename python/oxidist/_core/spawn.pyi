"""distutils.spawn: other programs run, and found on the path."""

from collections.abc import Iterable
from typing import Any

from _typeshed import StrPath

def __getattr__(name: str) -> Any: ...
def spawn(cmd: Iterable[StrPath], search_path: int = 1, verbose: int = 0, dry_run: int = 0) -> None: ...
def find_executable(executable: StrPath, path: str | None = None) -> str | None: ...
