"""distutils._modified: which files are out of date, with the comparison as an argument."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from _typeshed import StrPath
from oxidist._core.dep_util import _Source, _Target

def newer(source: StrPath, target: StrPath) -> bool: ...
def newer_group(
    sources: Sequence[StrPath], target: StrPath, missing: Literal["error", "ignore", "newer"] = "error"
) -> bool: ...
def newer_pairwise(
    sources: Sequence[_Source],
    targets: Sequence[_Target],
    newer: Callable[[Any, Any], object] | None = None,
) -> tuple[list[_Source], list[_Target]]: ...
def newer_pairwise_group(
    sources: Sequence[Sequence[_Source]], targets: Sequence[_Target]
) -> tuple[list[Sequence[_Source]], list[_Target]]: ...
