"""distutils.command.build_scripts: the command `build_scripts`."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from _typeshed import StrPath
from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

# Made when they are first asked for.
first_line_re: re.Pattern[bytes]
shebang_pattern: re.Pattern[str]

def __getattr__(name: str) -> re.Pattern[Any]: ...

class build_scripts(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    build_dir: str | Any
    scripts: list[str] | Any
    executable: str | Any
    outfiles: Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def get_source_files(self) -> list[str]: ...
    def run(self) -> None: ...
    def copy_scripts(self) -> tuple[list[str], list[str]]: ...
    def _copy_script(self, script: StrPath, outfiles: list[str], updated_files: list[str]) -> None: ...
    def _change_modes(self, outfiles: Iterable[str]) -> None: ...
    def _change_mode(self, file: StrPath) -> None: ...
    @staticmethod
    def _validate_shebang(shebang: str, encoding: str) -> None: ...

class build_scripts_2to3(build_scripts):
    fixer_names: ClassVar[list[str] | None]
    options: ClassVar[dict[str, Any] | None]
    explicit: ClassVar[list[str] | None]
    def run_2to3(self, files: Iterable[str]) -> None: ...
