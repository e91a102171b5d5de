"""distutils.command.bdist: the command `bdist`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command, _HelpOptions
from oxidist._core.fancy_getopt import _Table

class bdist(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    help_options: ClassVar[_HelpOptions]
    no_format_option: ClassVar[tuple[str, ...]]
    default_format: ClassVar[dict[str, str]]
    format_commands: ClassVar[list[str]]
    format_command: ClassVar[dict[str, tuple[str, str]]]

    bdist_base: str | Any
    plat_name: str | Any
    formats: list[str] | Any
    dist_dir: str | Any
    skip_build: bool | Any
    owner: str | Any
    group: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...

def show_formats() -> None: ...

class ListCompat(dict[str, tuple[str, str]]):
    def append(self, item: object) -> None: ...
