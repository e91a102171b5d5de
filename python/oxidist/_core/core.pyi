"""distutils.core: what setup scripts import."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from _typeshed import StrPath
from oxidist._core.cmd import Command
from oxidist._core.dist import Distribution
from oxidist._core.extension import Extension

USAGE: str
setup_keywords: tuple[str, ...]
extension_keywords: tuple[str, ...]

def gen_usage(script_name: StrPath) -> str: ...

# The arguments that every distribution knows; a `distclass` may know more.
def setup(
    *,
    distclass: type[Distribution] = ...,
    script_name: str = ...,
    script_args: list[str] = ...,
    options: Mapping[str, Mapping[str, Any]] = ...,
    name: str = ...,
    version: str = ...,
    author: str = ...,
    author_email: str = ...,
    maintainer: str = ...,
    maintainer_email: str = ...,
    url: str = ...,
    license: str = ...,
    description: str = ...,
    long_description: str = ...,
    keywords: list[str] | str = ...,
    platforms: list[str] | str = ...,
    classifiers: list[str] = ...,
    download_url: str = ...,
    requires: Iterable[str] = ...,
    provides: Iterable[str] = ...,
    obsoletes: Iterable[str] = ...,
    packages: list[str] = ...,
    package_dir: Mapping[str, str] = ...,
    package_data: Mapping[str, list[str]] = ...,
    py_modules: list[str] = ...,
    libraries: list[tuple[str, dict[str, Any]]] = ...,
    headers: list[str] = ...,
    ext_modules: Sequence[Extension] = ...,
    ext_package: str = ...,
    include_dirs: list[str] | str = ...,
    extra_path: list[str] | tuple[str, ...] | str = ...,
    scripts: list[str] = ...,
    data_files: Sequence[str | tuple[str, Sequence[str]]] = ...,
    cmdclass: Mapping[str, type[Command]] = ...,
    command_packages: list[str] | str = ...,
    **attrs: Any,
) -> Distribution: ...
def run_commands(dist: Distribution) -> Distribution: ...
def run_setup(
    script_name: StrPath,
    script_args: Sequence[str] | None = None,
    stop_after: Literal["init", "config", "commandline", "run"] = "run",
) -> Distribution: ...
