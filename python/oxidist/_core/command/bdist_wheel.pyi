"""distutils.command.bdist_wheel: the command `bdist_wheel`."""

from collections.abc import Iterable
from typing import Any, ClassVar

from _typeshed import StrPath
from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class bdist_wheel(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    supported_compressions: ClassVar[dict[str, int]]

    bdist_dir: str | Any
    data_dir: str
    plat_name: str | Any
    plat_tag: str | None
    plat_name_supplied: bool
    format: str
    keep_temp: bool
    dist_dir: str | Any
    dist_info_dir: str | None
    egginfo_dir: str | None
    root_is_pure: bool | Any
    skip_build: bool
    relative: bool
    owner: str | None
    group: str | None
    universal: bool
    compression: str | int
    python_tag: str
    build_number: str | None
    py_limited_api: str | bool

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    @property
    def wheel_dist_name(self) -> str: ...
    def get_tag(self) -> tuple[str, str, str]: ...
    def run(self) -> None: ...
    def write_wheelfile(self, wheelfile_base: StrPath, generator: str = ...) -> None: ...
    @property
    def license_paths(self) -> Iterable[str]: ...
    def egg2dist(self, egginfo_path: StrPath, distinfo_path: StrPath) -> None: ...

def safer_name(name: str) -> str: ...
def safer_version(version: str) -> str: ...
def get_abi_tag() -> str: ...
def get_platform(archive_root: object = None) -> str: ...
def python_tag() -> str: ...
