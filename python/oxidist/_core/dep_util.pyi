"""distutils.dep_util: which files are out of date."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from _typeshed import StrPath

_Source = TypeVar("_Source", bound=StrPath)
_Target = TypeVar("_Target", bound=StrPath)

def newer(source: StrPath, target: StrPath) -> bool: ...
def newer_pairwise(
    sources: Sequence[_Source], targets: Sequence[_Target]
) -> tuple[list[_Source], list[_Target]]: ...
def newer_group(
    sources: Sequence[StrPath], target: StrPath, missing: Literal["error", "ignore", "newer"] = "error"
) -> bool: ...
