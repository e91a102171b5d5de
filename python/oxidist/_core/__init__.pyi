"""What the faces in `distutils` re-export, and the journal of what was done."""

from _typeshed import StrPath
from oxidist._core.dist import Distribution

def journal(dry_run: bool = False) -> list[tuple[str, ...]]:
    """What was done since the run began; with `dry_run`, what would have been done."""

def dist_file_digests(distribution: Distribution) -> list[tuple[str, str, str | None]]:
    """The files in `dist_files`, as `(command, path, SHA-256)`."""

def unpack(archive: StrPath, into: StrPath) -> str:
    """Unpack a source archive into a folder; the one folder that was in it."""
