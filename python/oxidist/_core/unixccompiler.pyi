"""distutils.unixccompiler: compilers with the command line that Unix ones have."""

from typing import Any, ClassVar

from oxidist._core.ccompiler import CCompiler, _Words

class UnixCCompiler(CCompiler):
    dylib_lib_extension: ClassVar[str]
    xcode_stub_lib_extension: ClassVar[str]
    dylib_lib_format: ClassVar[str]
    xcode_stub_lib_format: ClassVar[str]

    # What `executables` names, each as a list of words; None where there is no such step.
    preprocessor: _Words | None
    compiler: _Words
    compiler_so: _Words
    compiler_cxx: _Words
    linker_so: _Words
    linker_exe: _Words
    archiver: _Words
    ranlib: _Words | None

    def _is_gcc(self, compiler_name: str) -> bool: ...

def __getattr__(name: str) -> Any: ...
