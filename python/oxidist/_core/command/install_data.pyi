"""distutils.command.install_data: the command `install_data`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class install_data(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    install_dir: str | Any
    outfiles: list[str]
    root: str | Any
    data_files: list[str | tuple[str, list[str]]] | Any
    warn_dir: bool | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def get_inputs(self) -> list[str | tuple[str, list[str]]]: ...
    def get_outputs(self) -> list[str]: ...
