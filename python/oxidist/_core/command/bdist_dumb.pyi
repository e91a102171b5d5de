"""What `distutils.command.bdist_dumb` re-exports."""

from typing import ClassVar

from ..cmd import Command

class bdist_dumb(Command):
    description: ClassVar[str]
    boolean_options: ClassVar[list[str]]
    default_format: ClassVar[dict[str, str]]
    bdist_dir: str | None
    plat_name: str | None
    format: str | None
    keep_temp: int
    dist_dir: str | None
    skip_build: int | None
    relative: int
    owner: str | None
    group: str | None
