"""distutils.command.egg_info: the command `egg_info`."""

from typing import Any, ClassVar

from _typeshed import StrPath
from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table
from oxidist._core.filelist import FileList

class egg_info(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    negative_opt: ClassVar[dict[str, str]]

    egg_base: str | Any
    egg_name: str | Any
    egg_info: str | Any
    egg_version: str | Any
    tag_build: str | None
    tag_date: bool | int
    # Set in old configuration files, and without effect.
    tag_svn_revision: Any
    # Since `run`.
    filelist: FileList | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def tagged_version(self) -> str: ...
    def tags(self) -> str: ...
    def run(self) -> None: ...
    def find_sources(self) -> None: ...
    def write_file(self, what: str, filename: StrPath, data: str) -> None: ...
    def write_or_delete_file(
        self, what: str, filename: StrPath, data: str | None, force: bool = False
    ) -> None: ...
    def delete_file(self, filename: StrPath) -> None: ...
    def get_outputs(self) -> list[str]: ...
