"""distutils.compilers.errors: what every compiler's errors derive from, by later names."""

from oxidist._core.errors import (
    CCompilerError as Error,
    DistutilsPlatformError as PlatformError,
    UnknownFileError as UnknownFileType,
)

__all__ = ["Error", "PlatformError", "UnknownFileType"]
