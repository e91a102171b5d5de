"""distutils.errors: what can go wrong."""

from oxidist._core.errors import (
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
