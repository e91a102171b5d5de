"""distutils.command.bdist: the command `bdist`."""

from __future__ import annotations as annotations

import os as os
from distutils.core import Command as Command
from distutils.errors import *
from distutils.util import get_platform as get_platform

from oxidist._core.command.bdist import (
    ListCompat as ListCompat,
    bdist as bdist,
    show_formats as show_formats,
)
from oxidist._core.sysconfig import deprecated as deprecated

TYPE_CHECKING = False
