"""distutils.zosccompiler: the C and C++ compilers of z/OS."""

import os as os
from distutils import sysconfig as sysconfig
from distutils.errors import CompileError as CompileError, DistutilsExecError as DistutilsExecError
from distutils.unixccompiler import UnixCCompiler as UnixCCompiler

from oxidist._core.zosccompiler import zOSCCompiler as zOSCCompiler
