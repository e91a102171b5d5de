"""distutils.command.build_ext: the command `build_ext`."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.core import Command as Command
from distutils.dep_util import newer_group as newer_group
from distutils.errors import *
from distutils.extension import Extension as Extension
from distutils.sysconfig import (
    customize_compiler as customize_compiler,
    get_config_h_filename as get_config_h_filename,
    get_python_version as get_python_version,
)
from distutils.util import (
    get_platform as get_platform,
    is_freethreaded as is_freethreaded,
    is_mingw as is_mingw,
)
from site import USER_BASE as USER_BASE

from oxidist._core.command.build_ext import (
    __getattr__ as __getattr__,
    build_ext as build_ext,
    show_compilers as show_compilers,
)
