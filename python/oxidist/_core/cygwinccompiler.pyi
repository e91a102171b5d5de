"""distutils.cygwinccompiler: GCC on Windows, Cygwin's and MinGW's."""

from typing import Any

from oxidist._core.unixccompiler import UnixCCompiler
from oxidist._core.version import LooseVersion

CONFIG_H_OK: str
CONFIG_H_NOTOK: str
CONFIG_H_UNCERTAIN: str

class CygwinCCompiler(UnixCCompiler):
    gcc_version: LooseVersion | None
    ld_version: LooseVersion | None
    dllwrap_version: LooseVersion | None
    linker_dll: str
    dll_libraries: list[str] | None

class Mingw32CCompiler(CygwinCCompiler): ...

def get_msvcr() -> list[str] | None: ...
def check_config_h() -> tuple[str, str]: ...
def _find_exe_version(cmd: str) -> LooseVersion | None: ...
def get_versions() -> tuple[LooseVersion | None, LooseVersion | None, LooseVersion | None]: ...
def is_cygwingcc() -> bool: ...
def is_cygwincc(cc: str) -> bool: ...

# RE_VERSION and what is taken from `subprocess`, made when they are first asked for.
def __getattr__(name: str) -> Any: ...
