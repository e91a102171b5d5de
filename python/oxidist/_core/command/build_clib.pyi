"""distutils.command.build_clib: the command `build_clib`."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeAlias

from oxidist._core.cmd import Command, _HelpOptions
from oxidist._core.fancy_getopt import _Table

# A name, and what `setup()` says of how the library is built: `sources`, `macros`, `include_dirs`.
_Library: TypeAlias = tuple[str, dict[str, Any]]

# `new_compiler` and `CCompiler`.
def __getattr__(name: str) -> Any: ...

class build_clib(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    help_options: ClassVar[_HelpOptions]

    build_clib: str | Any
    build_temp: str | Any
    libraries: list[_Library] | Any
    include_dirs: list[str] | Any
    define: list[tuple[str, str | None]] | None
    undef: list[str] | None
    debug: bool | Any
    # The option until `run` makes a compiler of it.
    compiler: Any
    launcher: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def check_library_list(self, libraries: Any) -> None: ...
    def get_library_names(self) -> list[str] | None: ...
    def get_source_files(self) -> list[str]: ...
    def build_libraries(self, libraries: Iterable[_Library]) -> None: ...

def show_compilers() -> None: ...
