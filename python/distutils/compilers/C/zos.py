"""distutils.compilers.C.zos: `distutils.zosccompiler` by its later name."""

from distutils.zosccompiler import zOSCCompiler as Compiler

__all__ = ["Compiler"]
