"""distutils.compilers.C.cygwin: `distutils.cygwinccompiler` by its later name."""

from distutils.cygwinccompiler import (
    CONFIG_H_NOTOK as CONFIG_H_NOTOK,
    CONFIG_H_OK as CONFIG_H_OK,
    CONFIG_H_UNCERTAIN as CONFIG_H_UNCERTAIN,
    CygwinCCompiler as Compiler,
    Mingw32CCompiler as MinGW32Compiler,
    check_config_h as check_config_h,
    get_msvcr as get_msvcr,
    get_versions as get_versions,
    is_cygwincc as is_cygwincc,
)

__all__ = [
    "CONFIG_H_NOTOK",
    "CONFIG_H_OK",
    "CONFIG_H_UNCERTAIN",
    "Compiler",
    "MinGW32Compiler",
    "check_config_h",
    "get_msvcr",
    "get_versions",
    "is_cygwincc",
]
