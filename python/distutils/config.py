"""distutils.config: what commands that speak to a package index have in common."""

import os as os
from distutils.cmd import Command as Command

from oxidist._core.config import (
    DEFAULT_PYPIRC as DEFAULT_PYPIRC,
    PyPIRCCommand as PyPIRCCommand,
    __getattr__ as __getattr__,
)
