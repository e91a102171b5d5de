"""distutils.extension: the description of an extension module."""

from __future__ import annotations as annotations

import os as os

from oxidist._core._dataclass import lenient_dataclass as lenient_dataclass
from oxidist._core.extension import (
    Extension as Extension,
    __getattr__ as __getattr__,
    read_setup_file as read_setup_file,
)
