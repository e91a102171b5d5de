"""distutils.compilers.C.msvc: `distutils._msvccompiler` by its later name."""

from distutils._msvccompiler import (
    PLAT_SPEC_TO_RUNTIME as PLAT_SPEC_TO_RUNTIME,
    MSVCCompiler as Compiler,
    _find_exe as _find_exe,
    _find_vc2015 as _find_vc2015,
    _find_vc2017 as _find_vc2017,
    _find_vcvarsall as _find_vcvarsall,
    _get_vc_env as _get_vc_env,
)

__all__ = ["PLAT_SPEC_TO_RUNTIME", "Compiler"]
