"""distutils.msvccompiler: Microsoft's compiler before Visual Studio 2005."""

from collections.abc import Iterable
from typing import Any, ClassVar

from oxidist._core.ccompiler import CCompiler

# With a Python made by Visual Studio 2005 or later, this and MacroExpander are those of msvc9compiler.
class MSVCCompiler(CCompiler):
    _c_extensions: ClassVar[list[str]]
    _cpp_extensions: ClassVar[list[str]]
    _rc_extensions: ClassVar[list[str]]
    _mc_extensions: ClassVar[list[str]]
    res_extension: ClassVar[str]

    initialized: bool
    # Set by `initialize`.
    cc: str
    linker: str
    lib: str
    rc: str
    mc: str
    preprocess_options: list[str] | None
    compile_options: list[str]
    compile_options_debug: list[str]
    ldflags_shared: list[str]
    ldflags_shared_debug: list[str]
    ldflags_static: list[str]

    def initialize(self) -> None: ...
    def find_exe(self, exe: str) -> str: ...
    def get_msvc_paths(self, path: str, platform: str = "x86") -> list[str]: ...
    def set_path_env_var(self, name: str) -> None: ...

OldMSVCCompiler = MSVCCompiler

class MacroExpander:
    macros: dict[str, str]

    def __init__(self, version: float) -> None: ...
    def set_macro(self, macro: str, path: str, key: str) -> None: ...
    def load_macros(self, version: float) -> None: ...
    def sub(self, s: str) -> str: ...

# What is taken from `winreg`, where there is one.
def __getattr__(name: str) -> Any: ...
def get_build_version() -> float | None: ...
def get_build_architecture() -> str: ...
def normalize_and_reduce_paths(paths: Iterable[str]) -> list[str]: ...
def read_keys(base: Any, key: str) -> list[str] | None: ...
def read_values(base: Any, key: str) -> dict[str, Any] | None: ...
def convert_mbcs(s: Any) -> Any: ...
