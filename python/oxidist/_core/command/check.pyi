"""What `distutils.command.check` re-exports."""

from typing import Any, ClassVar

from ..cmd import Command

HAS_DOCUTILS: bool

class check(Command):
    description: ClassVar[str]
    boolean_options: ClassVar[list[str]]
    metadata: int
    restructuredtext: int
    strict: int
    _warnings: int
    def check_metadata(self) -> None: ...
    def check_restructuredtext(self) -> None: ...
    def _check_rst_data(self, data: str) -> list[tuple[int, str, Any, dict[str, Any]]]: ...

def __getattr__(name: str) -> Any: ...
