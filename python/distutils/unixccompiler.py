"""distutils.unixccompiler: compilers with the command line that Unix ones have."""

import os as os
import sys as sys
from distutils import log as log, sysconfig as sysconfig
from distutils.ccompiler import (
    CCompiler as CCompiler,
    gen_lib_options as gen_lib_options,
    gen_preprocess_options as gen_preprocess_options,
)
from distutils.dep_util import newer as newer
from distutils.errors import (
    CompileError as CompileError,
    DistutilsExecError as DistutilsExecError,
    LibError as LibError,
    LinkError as LinkError,
)

from oxidist._core.unixccompiler import UnixCCompiler as UnixCCompiler, __getattr__ as __getattr__
