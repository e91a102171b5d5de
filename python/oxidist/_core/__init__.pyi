"""What the faces in `distutils` re-export, and the journal of what was done."""

from os import PathLike

def journal(dry_run: bool = False) -> list[tuple[str, ...]]:
    """What was done since the run began; with `dry_run`, what would have been done."""

def unpack(archive: str | PathLike[str], into: str | PathLike[str]) -> str:
    """Unpack a source archive into a folder; the one folder that was in it."""
