"""distutils.sysconfig: where this Python keeps its library and headers, and how it was configured."""

from typing import IO, Any

from _typeshed import StrPath

# Made when they are first asked for.
PREFIX: str
EXEC_PREFIX: str
BASE_PREFIX: str
BASE_EXEC_PREFIX: str
python_build: bool
project_base: str
build_flags: str
_config_vars: dict[str, Any]

def get_python_inc(plat_specific: int = 0, prefix: StrPath | None = None) -> str: ...
def get_python_lib(plat_specific: int = 0, standard_lib: int = 0, prefix: StrPath | None = None) -> str: ...
def parse_config_h(fp: IO[str], g: dict[str, Any] | None = None) -> dict[str, int | str]: ...
def customize_compiler(compiler: Any) -> None: ...

# So that the face can make the constants when they are asked for.
def __getattr__(name: str) -> Any: ...
