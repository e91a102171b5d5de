"""distutils.msvccompiler: Microsoft's compiler before Visual Studio 2005."""

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

from oxidist._core.msvccompiler import (
    MacroExpander as MacroExpander,
    MSVCCompiler as MSVCCompiler,
    OldMSVCCompiler as OldMSVCCompiler,
    __getattr__ as __getattr__,
    convert_mbcs as convert_mbcs,
    get_build_architecture as get_build_architecture,
    get_build_version as get_build_version,
    normalize_and_reduce_paths as normalize_and_reduce_paths,
    read_keys as read_keys,
    read_values as read_values,
)
