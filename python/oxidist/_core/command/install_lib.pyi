"""distutils.command.install_lib: the command `install_lib`."""

from collections.abc import Iterable
from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

PYTHON_SOURCE_EXTENSION: str

class install_lib(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    negative_opt: ClassVar[dict[str, str]]

    install_dir: str | Any
    build_dir: str | Any
    compile: bool | Any
    optimize: int | Any
    skip_build: bool | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def build(self) -> None: ...
    def install(self) -> list[str] | None: ...
    def byte_compile(self, files: Iterable[str]) -> None: ...
    def _mutate_outputs(
        self, has_any: object, build_cmd: str, cmd_option: str, output_dir: str
    ) -> list[str]: ...
    def _bytecode_filenames(self, py_filenames: Iterable[str]) -> list[str]: ...
    def get_outputs(self) -> list[str]: ...
    def get_inputs(self) -> list[str]: ...
