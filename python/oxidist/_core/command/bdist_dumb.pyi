"""distutils.command.bdist_dumb: the command `bdist_dumb`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class bdist_dumb(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    default_format: ClassVar[dict[str, str]]

    bdist_dir: str | Any
    plat_name: str | Any
    format: str | Any
    keep_temp: bool | Any
    dist_dir: str | Any
    skip_build: bool | Any
    relative: bool | Any
    owner: str | Any
    group: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
