"""distutils.command.build: the command `build`."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils.core import Command as Command
from distutils.errors import DistutilsOptionError as DistutilsOptionError
from distutils.util import get_platform as get_platform

from oxidist._core.command.build import build as build, show_compilers as show_compilers
