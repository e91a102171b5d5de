"""distutils._dataclass: data classes that pass over arguments they do not know."""

from collections.abc import Callable
from typing import TypeVar

_Class = TypeVar("_Class", bound=type)

def lenient_dataclass(**dc_kwargs: bool) -> Callable[[_Class], _Class]: ...
