"""distutils.util: paths, quoting, variables, and what fits nowhere else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from _typeshed import StrPath

_environ_checked: int

def get_host_platform() -> str: ...
def get_platform() -> str: ...
def convert_path(pathname: str) -> str: ...
def change_root(new_root: StrPath, pathname: str) -> str: ...
def check_environ() -> None: ...
def subst_vars(s: str, local_vars: Mapping[str, object]) -> str: ...
def grok_environment_error(exc: object, prefix: str = "error: ") -> str: ...
def split_quoted(s: str) -> list[str]: ...
def execute(
    func: Callable[..., object],
    args: Iterable[Any],
    msg: str | None = None,
    verbose: int = 0,
    dry_run: int = 0,
) -> None: ...
def strtobool(val: str) -> int: ...
def rfc822_escape(header: str) -> str: ...
def run_2to3(
    files: Iterable[str],
    fixer_names: Iterable[str] | None = None,
    options: Mapping[str, Any] | None = None,
    explicit: object = None,
) -> None: ...
def byte_compile(
    py_files: Iterable[StrPath],
    optimize: int = 0,
    force: int = 0,
    prefix: StrPath | None = None,
    base_dir: StrPath | None = None,
    verbose: int = 1,
    dry_run: int = 0,
    direct: bool | None = None,
) -> None: ...

class Mixin2to3:
    fixer_names: ClassVar[list[str] | None]
    options: ClassVar[dict[str, Any] | None]
    explicit: ClassVar[list[str] | None]
    def run_2to3(self, files: Iterable[str]) -> None: ...
