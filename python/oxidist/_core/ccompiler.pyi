"""distutils.ccompiler: what is the same for every C compiler, and how one is chosen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from _typeshed import StrPath

# To define, with a value or without, and to undefine.
_Macro: TypeAlias = tuple[str, str | None] | tuple[str]
_Strings: TypeAlias = list[str] | tuple[str, ...]
# The words of a program and its first arguments. None: there is no such step.
_Words: TypeAlias = list[str]

compiler_class: dict[str, tuple[str, str, str]]
_default_compilers: tuple[tuple[str, str], ...]

class CCompiler:
    # A class for one kind of compiler has strings where it is None here.
    compiler_type: ClassVar[Any]
    src_extensions: ClassVar[Any]
    obj_extension: ClassVar[Any]
    static_lib_extension: ClassVar[Any]
    shared_lib_extension: ClassVar[Any]
    static_lib_format: ClassVar[Any]
    shared_lib_format: ClassVar[Any]
    exe_extension: ClassVar[Any]
    language_map: ClassVar[dict[str, str]]
    language_order: ClassVar[list[str]]
    SHARED_OBJECT: ClassVar[str]
    SHARED_LIBRARY: ClassVar[str]
    EXECUTABLE: ClassVar[str]
    # Those of UnixCCompiler and its kin.
    executables: ClassVar[dict[str, Any]]

    dry_run: int
    force: int
    verbose: int | None
    output_dir: str | None
    macros: list[_Macro]
    include_dirs: list[str]
    libraries: list[str]
    library_dirs: list[str]
    runtime_library_dirs: list[str]
    objects: list[str]

    def __init__(self, verbose: int | None = 0, dry_run: int = 0, force: int = 0) -> None: ...
    def set_executables(self, **kwargs: str | _Words | None) -> None: ...
    def set_executable(self, key: str, value: str | _Words | None) -> None: ...
    def _find_macro(self, name: str) -> int | None: ...
    def _check_macro_definitions(self, definitions: Iterable[_Macro]) -> None: ...
    def define_macro(self, name: str, value: str | None = None) -> None: ...
    def undefine_macro(self, name: str) -> None: ...
    def add_include_dir(self, dir: str) -> None: ...
    def set_include_dirs(self, dirs: list[str]) -> None: ...
    def add_library(self, libname: str) -> None: ...
    def set_libraries(self, libnames: list[str]) -> None: ...
    def add_library_dir(self, dir: str) -> None: ...
    def set_library_dirs(self, dirs: list[str]) -> None: ...
    def add_runtime_library_dir(self, dir: str) -> None: ...
    def set_runtime_library_dirs(self, dirs: list[str]) -> None: ...
    def add_link_object(self, object: str) -> None: ...
    def set_link_objects(self, objects: list[str]) -> None: ...
    def _setup_compile(
        self,
        outdir: str | None,
        macros: list[_Macro] | None,
        incdirs: _Strings | None,
        sources: Sequence[StrPath],
        depends: list[str] | None,
        extra: list[str] | None,
    ) -> tuple[list[_Macro], list[str], list[str], list[str], dict[str, tuple[str, str]]]: ...
    def _get_cc_args(self, pp_opts: list[str], debug: int | None, before: list[str] | None) -> list[str]: ...
    def _fix_compile_args(
        self, output_dir: str | None, macros: list[_Macro] | None, include_dirs: _Strings | None
    ) -> tuple[str | None, list[_Macro], list[str]]: ...
    def _prep_compile(
        self, sources: Sequence[StrPath], output_dir: str | None, depends: list[str] | None = None
    ) -> tuple[list[str], dict[str, bool]]: ...
    def _fix_object_args(self, objects: _Strings, output_dir: str | None) -> tuple[list[str], str | None]: ...
    def _fix_lib_args(
        self,
        libraries: _Strings | None,
        library_dirs: _Strings | None,
        runtime_library_dirs: _Strings | None,
    ) -> tuple[list[str], list[str], list[str]]: ...
    def _need_link(self, objects: list[str], output_file: str) -> bool: ...
    def detect_language(self, sources: str | list[str]) -> str | None: ...
    def preprocess(
        self,
        source: str,
        output_file: str | None = None,
        macros: list[_Macro] | None = None,
        include_dirs: _Strings | None = None,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
    ) -> None: ...
    def compile(
        self,
        sources: Sequence[StrPath],
        output_dir: str | None = None,
        macros: list[_Macro] | None = None,
        include_dirs: _Strings | None = None,
        debug: int | None = 0,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        depends: list[str] | None = None,
    ) -> list[str]: ...
    def _compile(
        self,
        obj: str,
        src: str,
        ext: str,
        cc_args: list[str],
        extra_postargs: list[str],
        pp_opts: list[str],
    ) -> None: ...
    def create_static_lib(
        self,
        objects: _Strings,
        output_libname: str,
        output_dir: str | None = None,
        debug: int | None = 0,
        target_lang: str | None = None,
    ) -> None: ...
    def link(
        self,
        target_desc: str,
        objects: _Strings,
        output_filename: str,
        output_dir: str | None = None,
        libraries: _Strings | None = None,
        library_dirs: _Strings | None = None,
        runtime_library_dirs: _Strings | None = None,
        export_symbols: list[str] | None = None,
        debug: int | None = 0,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        build_temp: str | None = None,
        target_lang: str | None = None,
    ) -> None: ...
    def link_shared_lib(
        self,
        objects: _Strings,
        output_libname: str,
        output_dir: str | None = None,
        libraries: _Strings | None = None,
        library_dirs: _Strings | None = None,
        runtime_library_dirs: _Strings | None = None,
        export_symbols: list[str] | None = None,
        debug: int | None = 0,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        build_temp: str | None = None,
        target_lang: str | None = None,
    ) -> None: ...
    def link_shared_object(
        self,
        objects: _Strings,
        output_filename: str,
        output_dir: str | None = None,
        libraries: _Strings | None = None,
        library_dirs: _Strings | None = None,
        runtime_library_dirs: _Strings | None = None,
        export_symbols: list[str] | None = None,
        debug: int | None = 0,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        build_temp: str | None = None,
        target_lang: str | None = None,
    ) -> None: ...
    def link_executable(
        self,
        objects: _Strings,
        output_progname: str,
        output_dir: str | None = None,
        libraries: _Strings | None = None,
        library_dirs: _Strings | None = None,
        runtime_library_dirs: _Strings | None = None,
        debug: int | None = 0,
        extra_preargs: list[str] | None = None,
        extra_postargs: list[str] | None = None,
        target_lang: str | None = None,
    ) -> None: ...
    def library_dir_option(self, dir: str) -> str: ...
    def runtime_library_dir_option(self, dir: str) -> str | list[str]: ...
    def library_option(self, lib: str) -> str: ...
    def has_function(
        self,
        funcname: str,
        includes: Iterable[str] | None = None,
        include_dirs: _Strings | None = None,
        libraries: _Strings | None = None,
        library_dirs: _Strings | None = None,
    ) -> bool: ...
    def find_library_file(self, dirs: Iterable[str], lib: str, debug: int = 0) -> str | None: ...
    def object_filenames(
        self, source_filenames: Iterable[StrPath], strip_dir: int = 0, output_dir: StrPath | None = ""
    ) -> list[str]: ...
    def shared_object_filename(self, basename: str, strip_dir: int = 0, output_dir: StrPath = "") -> str: ...
    def executable_filename(self, basename: str, strip_dir: int = 0, output_dir: StrPath = "") -> str: ...
    def library_filename(
        self, libname: str, lib_type: str = "static", strip_dir: int = 0, output_dir: StrPath = ""
    ) -> str: ...
    def announce(self, msg: object, level: int = 1) -> None: ...
    def debug_print(self, msg: object) -> None: ...
    def warn(self, msg: object) -> None: ...
    def execute(
        self, func: Callable[..., object], args: Iterable[Any], msg: str | None = None, level: int = 1
    ) -> None: ...
    def spawn(self, cmd: Iterable[StrPath]) -> None: ...
    def call(
        self, cmd: Sequence[StrPath], *, env: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None: ...
    def configure_system(self) -> None: ...
    def move_file(self, src: StrPath, dst: StrPath) -> str: ...
    def mkpath(self, name: str, mode: int = 0o777) -> None: ...

def get_default_compiler(osname: str | None = None, platform: str | None = None) -> str: ...
def new_compiler(
    plat: str | None = None,
    compiler: str | None = None,
    verbose: int = 0,
    dry_run: int = 0,
    force: int = 0,
) -> Any: ...
def show_compilers() -> None: ...
def get_compilers() -> dict[str, type[CCompiler]]: ...
def gen_preprocess_options(macros: Iterable[_Macro], include_dirs: Iterable[str]) -> list[str]: ...
def gen_lib_options(
    compiler: CCompiler,
    library_dirs: Iterable[str],
    runtime_library_dirs: Iterable[str],
    libraries: Iterable[str],
) -> list[str]: ...
def __getattr__(name: str) -> Any: ...
