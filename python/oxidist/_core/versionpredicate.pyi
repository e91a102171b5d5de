"""distutils.versionpredicate: requirements on versions."""

from collections.abc import Callable
from typing import Any

from oxidist._core.version import StrictVersion

compmap: dict[str, Callable[[Any, Any], Any]]

class VersionPredicate:
    name: str
    pred: list[tuple[str, StrictVersion]]

    def __init__(self, versionPredicateStr: str) -> None: ...
    def satisfied_by(self, version: StrictVersion | str) -> bool: ...

def splitUp(pred: str) -> tuple[str, StrictVersion]: ...
def split_provision(value: str) -> tuple[str, StrictVersion | None]: ...

# Regular expressions are made when they are asked for.
def __getattr__(name: str) -> Any: ...
