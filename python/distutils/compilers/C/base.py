"""distutils.compilers.C.base: `distutils.ccompiler` by its later name."""

from distutils.ccompiler import (
    CCompiler as Compiler,
    _default_compilers as _default_compilers,
    compiler_class as compiler_class,
    gen_lib_options as gen_lib_options,
    gen_preprocess_options as gen_preprocess_options,
    get_compilers as get_compilers,
    get_default_compiler as get_default_compiler,
    new_compiler as new_compiler,
    show_compilers as show_compilers,
)

__all__ = [
    "Compiler",
    "compiler_class",
    "gen_lib_options",
    "gen_preprocess_options",
    "get_compilers",
    "get_default_compiler",
    "new_compiler",
    "show_compilers",
]
