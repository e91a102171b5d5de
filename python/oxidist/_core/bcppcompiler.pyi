"""distutils.bcppcompiler: Borland's C++ compiler."""

from typing import ClassVar

from oxidist._core.ccompiler import CCompiler

class BCPPCompiler(CCompiler):
    _c_extensions: ClassVar[list[str]]
    _cpp_extensions: ClassVar[list[str]]

    cc: str
    linker: str
    lib: str
    preprocess_options: list[str] | None
    compile_options: list[str]
    compile_options_debug: list[str]
    ldflags_shared: list[str]
    ldflags_shared_debug: list[str]
    ldflags_static: list[str]
    ldflags_exe: list[str]
    ldflags_exe_debug: list[str]
