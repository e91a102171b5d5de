"""distutils.command.build_scripts: the command `build_scripts`."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

# Made when it is first asked for.
first_line_re: re.Pattern[bytes]

def __getattr__(name: str) -> re.Pattern[bytes]: ...

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

class build_scripts_2to3(build_scripts):
    fixer_names: ClassVar[list[str] | None]
    options: ClassVar[dict[str, Any] | None]
    explicit: ClassVar[list[str] | None]
    def run_2to3(self, files: Iterable[str]) -> None: ...
