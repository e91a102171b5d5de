"""distutils.command.editable_wheel: the command `editable_wheel`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class editable_wheel(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]

    dist_dir: str | Any
    dist_info_dir: str | None

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
