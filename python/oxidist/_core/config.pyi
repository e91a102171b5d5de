"""distutils.config: what commands that speak to a package index have in common."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

# `%` and a user's name and password.
DEFAULT_PYPIRC: str

class PyPIRCCommand(Command):
    DEFAULT_REPOSITORY: ClassVar[str]
    DEFAULT_REALM: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    repository: str | Any
    realm: str | Any
    show_response: bool | Any

    def _get_rc_file(self) -> str: ...
    def _store_pypirc(self, username: str, password: str) -> None: ...
    # `server`, `username`, `password`, `repository` and `realm`, or nothing.
    def _read_pypirc(self) -> dict[str, Any]: ...
    def _read_pypi_response(self, response: Any) -> str: ...
    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...

def __getattr__(name: str) -> Any: ...
