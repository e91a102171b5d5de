"""distutils.file_util: one file copied, moved or written."""

from collections.abc import Iterable
from typing import Literal

from _typeshed import StrPath

_copy_action: dict[str | None, str]

def _copy_file_contents(src: StrPath, dst: StrPath, buffer_size: int = 16384) -> None: ...
def copy_file(
    src: StrPath,
    dst: StrPath,
    preserve_mode: int = 1,
    preserve_times: int = 1,
    update: int = 0,
    link: Literal["hard", "sym"] | None = None,
    verbose: int = 1,
    dry_run: int = 0,
) -> tuple[str, int]: ...
def move_file(src: StrPath, dst: StrPath, verbose: int = 1, dry_run: int = 0) -> str: ...
def write_file(filename: StrPath, contents: Iterable[str]) -> None: ...
