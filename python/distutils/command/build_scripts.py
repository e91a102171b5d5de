"""distutils.command.build_scripts: the command `build_scripts`."""

import os as os
from distutils import log as log, sysconfig as sysconfig
from distutils.core import Command as Command
from distutils.dep_util import newer as newer
from distutils.util import Mixin2to3 as Mixin2to3, convert_path as convert_path
from stat import ST_MODE as ST_MODE

from oxidist._core.command.build_scripts import (
    __getattr__ as __getattr__,
    build_scripts as build_scripts,
    build_scripts_2to3 as build_scripts_2to3,
)
