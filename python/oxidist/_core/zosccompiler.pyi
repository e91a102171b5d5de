"""distutils.zosccompiler: the C and C++ compilers of z/OS."""

from typing import ClassVar

from oxidist._core.unixccompiler import UnixCCompiler

class zOSCCompiler(UnixCCompiler):
    _cpp_extensions: ClassVar[list[str]]
    _asm_extensions: ClassVar[list[str]]

    zos_compiler: str

    def _get_zos_compiler_name(self) -> str: ...
