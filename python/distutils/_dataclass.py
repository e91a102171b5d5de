"""distutils._dataclass: data classes that pass over arguments they do not know."""

from __future__ import annotations as annotations

from oxidist._core._dataclass import lenient_dataclass as lenient_dataclass
