"""What the faces in `distutils` re-export, and the journal of what was done."""

from collections.abc import Iterable, Mapping, Sequence

from _typeshed import StrPath
from oxidist._core.dist import Distribution

def journal(dry_run: bool = False) -> list[tuple[str, ...]]:
    """What was done since the run began; with `dry_run`, what would have been done."""

def dist_file_digests(distribution: Distribution) -> list[tuple[str, str, str | None]]:
    """The files in `dist_files`, as `(command, path, SHA-256)`."""

def shown(text: object) -> str:
    """A text for standard error or output, without what a terminal would obey in it."""

def unpack(archive: StrPath, into: StrPath) -> str:
    """Unpack a source archive into a folder; the one folder that was in it."""

def begin_backend_run(settings: Mapping[str, str | Sequence[str] | None]) -> None:
    """A hook of the build backend begins; the settings are options of commands ("build_ext.jobs")."""

def end_backend_run() -> None:
    """The hook has ended."""

def find_packages(
    where: StrPath = ".", exclude: Iterable[str] = (), include: Iterable[str] = ...
) -> list[str]:
    """The packages below a folder that `include` has a pattern for and `exclude` has none for, sorted."""

def find_namespace_packages(
    where: StrPath = ".", exclude: Iterable[str] = (), include: Iterable[str] = ...
) -> list[str]:
    """The same, where a package needs no `__init__.py`."""

def check_describes_a_build() -> None:
    """Raise DistutilsSetupError where `pyproject.toml` of the working folder says nothing to this library."""

def tool_schema() -> str:
    """The JSON schema of `[tool.oxidist]`, with the options of all commands that are here."""
