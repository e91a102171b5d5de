"""What `distutils.versionpredicate` re-exports."""

import re
from collections.abc import Callable
from typing import Any

from .version import StrictVersion

compmap: dict[str, Callable[[Any, Any], Any]]
re_validPackage: re.Pattern[str]
re_paren: re.Pattern[str]
re_splitComparison: re.Pattern[str]

class VersionPredicate:
    name: str
    pred: list[tuple[str, StrictVersion]]
    def __init__(self, versionPredicateStr: str) -> None: ...
    def satisfied_by(self, version: str | StrictVersion) -> bool: ...

def splitUp(pred: str) -> tuple[str, StrictVersion]: ...
def split_provision(value: str) -> tuple[str, StrictVersion | None]: ...
