"""distutils.command.install_lib: the command `install_lib`."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils.core import Command as Command
from distutils.errors import DistutilsOptionError as DistutilsOptionError

from oxidist._core.command.install_lib import (
    PYTHON_SOURCE_EXTENSION as PYTHON_SOURCE_EXTENSION,
    __getattr__ as __getattr__,
    install_lib as install_lib,
)
