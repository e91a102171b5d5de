"""distutils.command.build_clib: the command `build_clib`."""

from __future__ import annotations as annotations

import os as os
from distutils import log as log
from distutils.core import Command as Command
from distutils.errors import (
    CCompilerError as CCompilerError,
    CompileError as CompileError,
    DistutilsArgError as DistutilsArgError,
    DistutilsByteCompileError as DistutilsByteCompileError,
    DistutilsClassError as DistutilsClassError,
    DistutilsError as DistutilsError,
    DistutilsExecError as DistutilsExecError,
    DistutilsFileError as DistutilsFileError,
    DistutilsGetoptError as DistutilsGetoptError,
    DistutilsInternalError as DistutilsInternalError,
    DistutilsModuleError as DistutilsModuleError,
    DistutilsOptionError as DistutilsOptionError,
    DistutilsPlatformError as DistutilsPlatformError,
    DistutilsSetupError as DistutilsSetupError,
    DistutilsTemplateError as DistutilsTemplateError,
    LibError as LibError,
    LinkError as LinkError,
    PreprocessError as PreprocessError,
    UnknownFileError as UnknownFileError,
)
from distutils.sysconfig import customize_compiler as customize_compiler

from oxidist._core.command.build_clib import (
    __getattr__ as __getattr__,
    build_clib as build_clib,
    show_compilers as show_compilers,
)
