"""What the faces in `distutils` re-export, and the journal of what was done."""

def journal(dry_run: bool = False) -> list[tuple[str, ...]]:
    """What was done since the run began; with `dry_run`, what would have been done."""
