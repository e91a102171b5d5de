"""distutils.archive_util: folders packed as tar and zip files."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from _typeshed import StrPath

def __getattr__(name: str) -> Any: ...
def _get_gid(name: str | None) -> int | None: ...
def _get_uid(name: str | None) -> int | None: ...
def make_tarball(
    base_name: StrPath,
    base_dir: StrPath,
    compress: Literal["gzip", "bzip2", "xz", "compress"] | None = "gzip",
    verbose: int = 0,
    dry_run: int = 0,
    owner: str | None = None,
    group: str | None = None,
) -> str: ...
def make_zipfile(base_name: StrPath, base_dir: StrPath, verbose: int = 0, dry_run: int = 0) -> str: ...
def check_archive_formats(formats: Iterable[str]) -> str | None: ...
def make_archive(
    base_name: StrPath,
    format: str,
    root_dir: StrPath | None = None,
    base_dir: StrPath | None = None,
    verbose: int = 0,
    dry_run: int = 0,
    owner: str | None = None,
    group: str | None = None,
) -> str: ...

# By name: the function that writes it, more arguments for that, the help text.
ARCHIVE_FORMATS: dict[str, tuple[Callable[..., str], list[tuple[str, Any]], str]]
