"""distutils.command.build: the command `build`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command, _HelpOptions, _SubCommands
from oxidist._core.fancy_getopt import _Table

def show_compilers() -> None: ...

class build(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    help_options: ClassVar[_HelpOptions]
    sub_commands: ClassVar[_SubCommands]

    build_base: str | Any
    build_purelib: str | Any
    build_platlib: str | Any
    build_lib: str | Any
    build_temp: str | Any
    build_scripts: str | Any
    compiler: str | Any
    plat_name: str | Any
    debug: bool | Any
    executable: str | Any
    parallel: int | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def has_pure_modules(self) -> Any: ...
    def has_c_libraries(self) -> Any: ...
    def has_ext_modules(self) -> Any: ...
    def has_scripts(self) -> Any: ...
