"""distutils.msvc9compiler: Microsoft's compiler of Visual Studio 2005 and 2008."""

import os as os
import sys as sys
from distutils import log as log
from distutils.ccompiler import CCompiler as CCompiler, gen_lib_options as gen_lib_options
from distutils.errors import (
    CompileError as CompileError,
    DistutilsExecError as DistutilsExecError,
    DistutilsPlatformError as DistutilsPlatformError,
    LibError as LibError,
    LinkError as LinkError,
)
from distutils.util import get_platform as get_platform

from oxidist._core.msvc9compiler import (
    PLAT_TO_VCVARS as PLAT_TO_VCVARS,
    MacroExpander as MacroExpander,
    MSVCCompiler as MSVCCompiler,
    Reg as Reg,
    __getattr__ as __getattr__,
    find_vcvarsall as find_vcvarsall,
    get_build_version as get_build_version,
    normalize_and_reduce_paths as normalize_and_reduce_paths,
    query_vcvarsall as query_vcvarsall,
    removeDuplicates as removeDuplicates,
)
