"""distutils._msvccompiler: Microsoft's compiler, from Visual Studio 2015 on."""

import os as os
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
from itertools import count as count

from oxidist._core._msvccompiler import (
    PLAT_SPEC_TO_RUNTIME as PLAT_SPEC_TO_RUNTIME,
    PLAT_TO_VCVARS as PLAT_TO_VCVARS,
    MSVCCompiler as MSVCCompiler,
    __getattr__ as __getattr__,
    _find_exe as _find_exe,
    _find_vc2015 as _find_vc2015,
    _find_vc2017 as _find_vc2017,
    _find_vcvarsall as _find_vcvarsall,
    _get_vc_env as _get_vc_env,
)
