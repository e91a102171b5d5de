"""distutils.command.bdist_rpm: the command `bdist_rpm`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class bdist_rpm(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    negative_opt: ClassVar[dict[str, str]]

    bdist_base: str | Any
    rpm_base: str | Any
    dist_dir: str | Any
    python: str | Any
    fix_python: bool | Any
    spec_only: bool | Any
    binary_only: bool | Any
    source_only: bool | Any
    use_bzip2: bool | Any
    distribution_name: str | Any
    group: str | Any
    release: str | Any
    serial: str | Any
    vendor: str | Any
    packager: str | Any
    doc_files: list[str] | Any
    changelog: list[str] | Any
    icon: str | Any
    prep_script: str | Any
    build_script: str | Any
    install_script: str | Any
    clean_script: str | Any
    verify_script: str | Any
    pre_install: str | Any
    post_install: str | Any
    pre_uninstall: str | Any
    post_uninstall: str | Any
    prep: Any
    provides: list[str] | Any
    requires: list[str] | Any
    conflicts: list[str] | Any
    build_requires: list[str] | Any
    obsoletes: list[str] | Any
    keep_temp: bool | Any
    use_rpm_opt_flags: bool | Any
    rpm3_mode: bool | Any
    no_autoreq: bool | Any
    force_arch: str | Any
    quiet: bool | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def finalize_package_data(self) -> None: ...
    def run(self) -> None: ...
    def _dist_path(self, path: str) -> str: ...
    def _make_spec_file(self) -> list[str]: ...
    def _format_changelog(self, changelog: str | None) -> list[str] | str | None: ...
