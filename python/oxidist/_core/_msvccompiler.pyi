"""distutils._msvccompiler: Microsoft's compiler, from Visual Studio 2015 on."""

from typing import Any, ClassVar

from oxidist._core.ccompiler import CCompiler

PLAT_TO_VCVARS: dict[str, str]
PLAT_SPEC_TO_RUNTIME: dict[str, str]

class MSVCCompiler(CCompiler):
    _c_extensions: ClassVar[list[str]]
    _cpp_extensions: ClassVar[list[str]]
    _rc_extensions: ClassVar[list[str]]
    _mc_extensions: ClassVar[list[str]]
    res_extension: ClassVar[str]

    plat_name: str | None
    initialized: bool
    # Set by `initialize`.
    cc: str
    linker: str
    lib: str
    rc: str
    mc: str
    mt: str
    preprocess_options: list[str] | None
    compile_options: list[str]
    compile_options_debug: list[str]
    ldflags_exe: list[str]
    ldflags_exe_debug: list[str]
    ldflags_shared: list[str]
    ldflags_shared_debug: list[str]
    ldflags_static: list[str]
    ldflags_static_debug: list[str]
    _ldflags: dict[tuple[str, int | None], list[str]]
    _paths: str

    def initialize(self, plat_name: str | None = None) -> None: ...

def _find_vc2015() -> tuple[int | None, str | None]: ...
def _find_vc2017() -> tuple[int | None, str | None]: ...
def _find_vcvarsall(plat_spec: str) -> tuple[str | None, None]: ...
def _get_vc_env(plat_spec: str) -> dict[str, str]: ...
def _find_exe(exe: str, paths: list[str] | None = None) -> str: ...

# Modules that are imported when they are first asked for; `winreg` only where there is one.
def __getattr__(name: str) -> Any: ...
