"""distutils.command.install: the command `install`."""

from collections.abc import Iterable
from typing import Any, ClassVar

from oxidist._core.cmd import Command, _SubCommands
from oxidist._core.fancy_getopt import _Table

class install(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]
    negative_opt: ClassVar[dict[str, str]]
    sub_commands: ClassVar[_SubCommands]

    prefix: str | Any
    prefix_option: str | Any
    exec_prefix: str | Any
    home: str | Any
    user: bool | Any
    install_base: str | Any
    install_platbase: str | Any
    root: str | Any
    install_purelib: str | Any
    install_platlib: str | Any
    install_headers: str | Any
    install_lib: str | Any
    install_libbase: str
    install_scripts: str | Any
    install_data: str | Any
    install_layout: str | Any
    install_userbase: str
    install_usersite: str
    compile: bool | Any
    optimize: int | Any
    extra_path: list[str] | tuple[str, ...] | str | Any
    install_path_file: bool | Any
    path_file: str | Any
    extra_dirs: str
    skip_build: bool | Any
    warn_dir: bool | Any
    build_base: str | Any
    build_lib: str | Any
    record: str | Any
    config_vars: dict[str, Any]

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def dump_dirs(self, msg: str) -> None: ...
    def finalize_unix(self) -> None: ...
    def finalize_other(self) -> None: ...
    def select_scheme(self, name: str) -> None: ...
    def _expand_attrs(self, attrs: Iterable[str]) -> None: ...
    def expand_basedirs(self) -> None: ...
    def expand_dirs(self) -> None: ...
    def convert_paths(self, *names: str) -> None: ...
    def handle_extra_path(self) -> None: ...
    def change_roots(self, *names: str) -> None: ...
    def create_home_path(self) -> None: ...
    def run(self) -> None: ...
    def create_path_file(self) -> None: ...
    def get_outputs(self) -> list[str]: ...
    def get_inputs(self) -> list[str]: ...
    def has_lib(self) -> Any: ...
    def has_headers(self) -> Any: ...
    def has_scripts(self) -> Any: ...
    def has_data(self) -> Any: ...

SCHEME_KEYS: tuple[str, ...]
# Made when the first of them is asked for.
INSTALL_SCHEMES: dict[str, dict[str, str]]
HAS_USER_SITE: bool
USER_BASE: str | None
USER_SITE: str | None

# The scheme of Windows in the form of later copies; and what distutils' own loops leave behind.
WINDOWS_SCHEME: dict[str, str]
key: str
value: str
main_key: str
sys_key: str
sys_scheme: dict[str, str]
sys_scheme_name: str
distutils_scheme_name: str

def __getattr__(name: str) -> Any: ...
