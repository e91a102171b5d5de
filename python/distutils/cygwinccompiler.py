"""distutils.cygwinccompiler: GCC on Windows, Cygwin's and MinGW's."""

import os as os
import sys as sys
from distutils.errors import (
    CCompilerError as CCompilerError,
    CompileError as CompileError,
    DistutilsExecError as DistutilsExecError,
    UnknownFileError as UnknownFileError,
)
from distutils.file_util import write_file as write_file
from distutils.spawn import find_executable as find_executable
from distutils.unixccompiler import UnixCCompiler as UnixCCompiler
from distutils.version import LooseVersion as LooseVersion

from oxidist._core.cygwinccompiler import (
    CONFIG_H_NOTOK as CONFIG_H_NOTOK,
    CONFIG_H_OK as CONFIG_H_OK,
    CONFIG_H_UNCERTAIN as CONFIG_H_UNCERTAIN,
    CygwinCCompiler as CygwinCCompiler,
    Mingw32CCompiler as Mingw32CCompiler,
    __getattr__ as __getattr__,
    _find_exe_version as _find_exe_version,
    check_config_h as check_config_h,
    get_msvcr as get_msvcr,
    get_versions as get_versions,
    is_cygwincc as is_cygwincc,
    is_cygwingcc as is_cygwingcc,
)
