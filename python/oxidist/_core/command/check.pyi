"""distutils.command.check: the command `check`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class check(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    metadata: bool | Any
    restructuredtext: bool | Any
    strict: bool | Any
    _warnings: int

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def warn(self, msg: str) -> None: ...
    def run(self) -> None: ...
    def check_metadata(self) -> None: ...
    def check_restructuredtext(self) -> None: ...
    # Level, message, children, attributes.
    def _check_rst_data(self, data: str) -> list[tuple[int, str, Any, dict[str, Any]]]: ...

# Looked for when it is first asked for.
HAS_DOCUTILS: bool

def __getattr__(name: str) -> bool: ...
