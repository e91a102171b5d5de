"""distutils.command.build_py: the command `build_py`."""

import os as os
import sys as sys
from distutils import log as log
from distutils.core import Command as Command
from distutils.errors import *
from distutils.util import Mixin2to3 as Mixin2to3, convert_path as convert_path

from oxidist._core.command.build_py import (
    __getattr__ as __getattr__,
    build_py as build_py,
    build_py_2to3 as build_py_2to3,
)
