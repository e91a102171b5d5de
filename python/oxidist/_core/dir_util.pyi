"""distutils.dir_util: folders made, copied and removed."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from _typeshed import StrPath

_T = TypeVar("_T")

_path_created: dict[Any, Any]

def mkpath(name: str, mode: int = 0o777, verbose: int = 1, dry_run: int = 0) -> list[str]: ...
def create_tree(
    base_dir: StrPath, files: Sequence[StrPath], mode: int = 0o777, verbose: int = 1, dry_run: int = 0
) -> None: ...
def copy_tree(
    src: StrPath,
    dst: StrPath,
    preserve_mode: int = 1,
    preserve_times: int = 1,
    preserve_symlinks: int = 0,
    update: int = 0,
    verbose: int = 1,
    dry_run: int = 0,
) -> list[str]: ...
def _build_cmdtuple(path: str, cmdtuples: list[tuple[Callable[[str], None], str]]) -> None: ...
def remove_tree(directory: StrPath, verbose: int = 1, dry_run: int = 0) -> None: ...
def ensure_relative(path: StrPath) -> str: ...

class SkipRepeatAbsolutePaths(set[str]):
    instance: ClassVar[SkipRepeatAbsolutePaths]

    @classmethod
    def clear(cls) -> None: ...
    def wrap(self, func: Callable[..., _T]) -> Callable[..., _T | None]: ...

def wrapper(func: Callable[..., _T]) -> Callable[..., _T | None]: ...
