"""distutils.cmd: the base class of every command."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.errors import DistutilsOptionError as DistutilsOptionError

from oxidist._core.cmd import (
    Command as Command,
    __getattr__ as __getattr__,
)

TYPE_CHECKING = False
