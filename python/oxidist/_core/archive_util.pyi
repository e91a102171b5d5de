"""What `distutils.archive_util` re-exports."""

from collections.abc import Callable, Iterable
from typing import Any

ARCHIVE_FORMATS: dict[str, tuple[Callable[..., str], list[tuple[str, Any]], str]]

def _get_gid(name: str | None) -> int | None: ...
def _get_uid(name: str | None) -> int | None: ...
def make_tarball(
    base_name: str,
    base_dir: str,
    compress: str | None = "gzip",
    verbose: int = 0,
    dry_run: int = 0,
    owner: str | None = None,
    group: str | None = None,
) -> str: ...
def make_zipfile(base_name: str, base_dir: str, verbose: int = 0, dry_run: int = 0) -> str: ...
def check_archive_formats(formats: Iterable[str]) -> str | None: ...
def make_archive(
    base_name: str,
    format: str,
    root_dir: str | None = None,
    base_dir: str | None = None,
    verbose: int = 0,
    dry_run: int = 0,
    owner: str | None = None,
    group: str | None = None,
) -> str: ...
