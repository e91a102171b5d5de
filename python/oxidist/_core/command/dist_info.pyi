"""distutils.command.dist_info: the command `dist_info`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class dist_info(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    negative_opt: ClassVar[dict[str, str]]

    output_dir: str | Any
    name: str | Any
    dist_info_dir: str | Any
    tag_date: bool | Any
    tag_build: str | None
    keep_egg_info: bool

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
