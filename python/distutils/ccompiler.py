"""distutils.ccompiler: what is the same for every C compiler, and how one is chosen."""

import os as os
import sys as sys
from distutils import log as log
from distutils.dep_util import newer_group as newer_group
from distutils.dir_util import mkpath as mkpath
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
from distutils.file_util import move_file as move_file
from distutils.spawn import spawn as spawn
from distutils.util import execute as execute, split_quoted as split_quoted

from oxidist._core.ccompiler import (
    CCompiler as CCompiler,
    __getattr__ as __getattr__,
    _default_compilers as _default_compilers,
    compiler_class as compiler_class,
    gen_lib_options as gen_lib_options,
    gen_preprocess_options as gen_preprocess_options,
    get_compilers as get_compilers,
    get_default_compiler as get_default_compiler,
    new_compiler as new_compiler,
    show_compilers as show_compilers,
)
