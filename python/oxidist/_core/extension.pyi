"""What `distutils.extension` re-exports."""

from collections.abc import Sequence
from typing import Any

class Extension:
    name: str
    sources: list[str]
    include_dirs: list[str]
    define_macros: list[tuple[str, str | None]]
    undef_macros: list[str]
    library_dirs: list[str]
    libraries: list[str]
    runtime_library_dirs: list[str]
    extra_objects: list[str]
    extra_compile_args: list[str]
    extra_link_args: list[str]
    export_symbols: list[str]
    swig_opts: list[str]
    depends: list[str]
    language: str | None
    optional: bool | None
    def __init__(
        self,
        name: str,
        sources: list[str],
        include_dirs: Sequence[str] | None = None,
        define_macros: Sequence[tuple[str, str | None]] | None = None,
        undef_macros: Sequence[str] | None = None,
        library_dirs: Sequence[str] | None = None,
        libraries: Sequence[str] | None = None,
        runtime_library_dirs: Sequence[str] | None = None,
        extra_objects: Sequence[str] | None = None,
        extra_compile_args: Sequence[str] | None = None,
        extra_link_args: Sequence[str] | None = None,
        export_symbols: Sequence[str] | None = None,
        swig_opts: Sequence[str] | None = None,
        depends: Sequence[str] | None = None,
        language: str | None = None,
        optional: bool | None = None,
        **kw: Any,
    ) -> None: ...
