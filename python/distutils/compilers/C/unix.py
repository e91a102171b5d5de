"""distutils.compilers.C.unix: `distutils.unixccompiler` by its later name."""

from distutils.unixccompiler import UnixCCompiler as Compiler

__all__ = ["Compiler"]
