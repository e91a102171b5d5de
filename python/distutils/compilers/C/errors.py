"""distutils.compilers.C.errors: what can go wrong with a C compiler, by later names."""

from oxidist._core.errors import (
    CCompilerError as Error,
    CompileError as CompileError,
    LibError as LibError,
    LinkError as LinkError,
    PreprocessError as PreprocessError,
    UnknownFileError as UnknownFileType,
)

__all__ = ["CompileError", "Error", "LibError", "LinkError", "PreprocessError", "UnknownFileType"]
