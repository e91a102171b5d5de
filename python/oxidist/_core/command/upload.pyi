"""distutils.command.upload: the command `upload`."""

from typing import Any, ClassVar

from oxidist._core.config import PyPIRCCommand
from oxidist._core.fancy_getopt import _Table

class upload(PyPIRCCommand):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    username: str
    password: str | Any
    sign: bool | Any
    identity: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def upload_file(self, command: str, pyversion: str, filename: str) -> None: ...
