"""Oxidist: distutils in Rust. `import oxidist.activate` makes it the `distutils` of this process."""

TYPE_CHECKING = False  # without importing typing, which takes longer than all else here
if TYPE_CHECKING:
    from oxidist._core import (
        dist_file_digests as dist_file_digests,
        find_namespace_packages as find_namespace_packages,
        find_packages as find_packages,
        journal as journal,
    )

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The library is loaded when it is first used, so that activation costs a Python little."""
    if name in ("dist_file_digests", "find_namespace_packages", "find_packages", "journal"):
        from oxidist import _core

        return getattr(_core, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
