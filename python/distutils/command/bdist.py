"""distutils.command.bdist: the command `bdist`."""

from __future__ import annotations as annotations

import os as os
from distutils.core import Command as Command
from distutils.errors import *
from distutils.util import get_platform as get_platform

from oxidist._core.command.bdist import (
    bdist as bdist,
    show_formats as show_formats,
)

TYPE_CHECKING = False
