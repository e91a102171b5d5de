"""distutils.command.register: the command `register`."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.request import HTTPPasswordMgr

from oxidist._core.config import PyPIRCCommand
from oxidist._core.fancy_getopt import _Table

class register(PyPIRCCommand):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    list_classifiers: bool | Any
    strict: bool | Any
    # Set by `_set_config`.
    has_config: bool
    username: str
    password: str | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def check_metadata(self) -> None: ...
    def _set_config(self) -> None: ...
    def classifiers(self) -> None: ...
    def verify_metadata(self) -> None: ...
    def send_metadata(self) -> None: ...
    def build_post_data(self, action: str) -> dict[str, Any]: ...
    # Status and reason.
    def post_to_server(
        self, data: Mapping[str, Any], auth: HTTPPasswordMgr | None = None
    ) -> tuple[int, str]: ...
