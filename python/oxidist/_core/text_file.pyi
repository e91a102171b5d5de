"""distutils.text_file: lines without comments, blank lines and continuations."""

from typing import IO, Any, ClassVar, NoReturn

from _typeshed import StrPath

class TextFile:
    default_options: ClassVar[dict[str, Any]]

    strip_comments: int
    skip_blanks: int
    lstrip_ws: int
    rstrip_ws: int
    join_lines: int
    collapse_join: int
    errors: str
    # None when the file is closed.
    filename: StrPath | None
    file: IO[str] | None
    current_line: int | list[int] | None
    linebuf: list[str]

    def __init__(
        self,
        filename: StrPath | None = None,
        file: IO[str] | None = None,
        *,
        strip_comments: int = ...,
        skip_blanks: int = ...,
        lstrip_ws: int = ...,
        rstrip_ws: int = ...,
        join_lines: int = ...,
        collapse_join: int = ...,
        errors: str = ...,
    ) -> None: ...
    def open(self, filename: StrPath) -> None: ...
    def close(self) -> None: ...
    def gen_error(self, msg: str, line: int | list[int] | tuple[int, int] | None = None) -> str: ...
    def error(self, msg: str, line: int | list[int] | tuple[int, int] | None = None) -> NoReturn: ...
    def warn(self, msg: str, line: int | list[int] | tuple[int, int] | None = None) -> None: ...
    def readline(self) -> str | None: ...
    def readlines(self) -> list[str]: ...
    def unreadline(self, line: str) -> None: ...

def __getattr__(name: str) -> Any: ...
