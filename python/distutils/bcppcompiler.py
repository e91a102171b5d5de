"""distutils.bcppcompiler: Borland's C++ compiler."""

import os as os
from distutils import log as log
from distutils.ccompiler import CCompiler as CCompiler, gen_preprocess_options as gen_preprocess_options
from distutils.dep_util import newer as newer
from distutils.errors import (
    CompileError as CompileError,
    DistutilsExecError as DistutilsExecError,
    LibError as LibError,
    LinkError as LinkError,
    UnknownFileError as UnknownFileError,
)
from distutils.file_util import write_file as write_file

from oxidist._core.bcppcompiler import BCPPCompiler as BCPPCompiler
