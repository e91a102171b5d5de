"""distutils.sysconfig: where this Python keeps its library and headers, and how it was configured."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils.errors import DistutilsPlatformError as DistutilsPlatformError
from distutils.util import is_mingw as is_mingw

from oxidist._core.sysconfig import (
    IS_PYPY as IS_PYPY,
    __getattr__ as __getattr__,
    _findvar1_rx as _findvar1_rx,
    _findvar2_rx as _findvar2_rx,
    _is_python_source_dir as _is_python_source_dir,
    _python_build as _python_build,
    _variable_rx as _variable_rx,
    customize_compiler as customize_compiler,
    deprecated as deprecated,
    expand_makefile_vars as expand_makefile_vars,
    get_config_h_filename as get_config_h_filename,
    get_config_var as get_config_var,
    get_config_vars as get_config_vars,
    get_makefile_filename as get_makefile_filename,
    get_python_inc as get_python_inc,
    get_python_lib as get_python_lib,
    get_python_version as get_python_version,
    is_python_build as is_python_build,
    parse_config_h as parse_config_h,
    parse_makefile as parse_makefile,
)

TYPE_CHECKING = False
