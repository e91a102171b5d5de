"""What `distutils.command.bdist` re-exports."""

from collections.abc import Callable
from typing import Any, ClassVar

from ..cmd import Command

class bdist(Command):
    description: ClassVar[str]
    boolean_options: ClassVar[list[str]]
    help_options: ClassVar[list[tuple[str, str | None, str, Callable[[], object]]]]
    no_format_option: ClassVar[tuple[str, ...]]
    default_format: ClassVar[dict[str, str]]
    format_commands: ClassVar[list[str]]
    format_command: ClassVar[dict[str, tuple[str, str]]]
    bdist_base: str | None
    plat_name: str | None
    formats: Any
    dist_dir: str | None
    skip_build: int
    owner: str | None
    group: str | None

def show_formats() -> None: ...
