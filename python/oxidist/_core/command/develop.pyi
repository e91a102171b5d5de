"""distutils.command.develop: the command `develop`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class develop(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    uninstall: bool
    user: bool
    no_deps: bool
    install_dir: str | Any
    script_dir: str | Any
    prefix: str | None
    install_data: str | Any
    install_headers: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def install_for_development(self) -> None: ...
    def uninstall_link(self) -> None: ...
