"""distutils.command.config: the command `config`."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

# The ending of a source file for each language. Scripts may add languages.
LANG_EXT: dict[str, str]

# `new_compiler` and `CCompiler`.
def __getattr__(name: str) -> Any: ...

class config(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]

    # The option until the first question makes a compiler of it.
    compiler: Any
    cc: str | list[str] | None
    include_dirs: list[str] | Any
    define: list[tuple[str, str | None]] | Any
    undef: list[str] | Any
    libraries: list[str] | Any
    library_dirs: list[str] | Any
    noisy: bool | Any
    dump_source: bool | Any
    temp_files: list[str]

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def _check_compiler(self) -> None: ...
    def _gen_temp_sourcefile(self, body: str | None, headers: Iterable[str] | None, lang: str) -> str: ...
    def _preprocess(
        self,
        body: str | None,
        headers: Iterable[str] | None,
        include_dirs: list[str] | None,
        lang: str,
    ) -> tuple[str, str]: ...
    def _compile(
        self,
        body: str | None,
        headers: Iterable[str] | None,
        include_dirs: list[str] | None,
        lang: str,
    ) -> tuple[str, str]: ...
    def _link(
        self,
        body: str | None,
        headers: Iterable[str] | None,
        include_dirs: list[str] | None,
        libraries: list[str] | None,
        library_dirs: list[str] | None,
        lang: str,
    ) -> tuple[str, str, str]: ...
    def _clean(self, *filenames: str) -> None: ...
    def try_cpp(
        self,
        body: str | None = None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...
    def search_cpp(
        self,
        pattern: str | re.Pattern[str],
        body: str | None = None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...
    def try_compile(
        self,
        body: str | None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...
    def try_link(
        self,
        body: str | None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        libraries: list[str] | None = None,
        library_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...
    def try_run(
        self,
        body: str | None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        libraries: list[str] | None = None,
        library_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...
    def check_func(
        self,
        func: str,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        libraries: list[str] | None = None,
        library_dirs: list[str] | None = None,
        decl: bool = ...,
        call: bool = ...,
    ) -> bool: ...
    def check_lib(
        self,
        library: str,
        library_dirs: list[str] | None = None,
        headers: Iterable[str] | None = None,
        include_dirs: list[str] | None = None,
        other_libraries: list[str] = [],
    ) -> bool: ...
    def check_header(
        self,
        header: str,
        include_dirs: list[str] | None = None,
        library_dirs: list[str] | None = None,
        lang: str = "c",
    ) -> bool: ...

def dump_file(filename: str, head: str | None = None) -> None: ...
