"""distutils.command.install_scripts: the command `install_scripts`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class install_scripts(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    # Whether scripts of entry points are left to whoever installs later.
    no_ep: bool

    install_dir: str | Any
    build_dir: str | Any
    skip_build: bool | Any
    outfiles: list[str] | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def get_inputs(self) -> list[str]: ...
    def get_outputs(self) -> list[str]: ...
