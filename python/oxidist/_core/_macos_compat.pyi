"""distutils._macos_compat: a compiler's command line, without what this Mac's compiler does not know."""

from collections.abc import Sequence
from typing import TypeVar

_Words = TypeVar("_Words", bound=Sequence[str])

def bypass_compiler_fixup(cmd: _Words, args: Sequence[str]) -> _Words: ...
def compiler_fixup(cmd: _Words, args: Sequence[str]) -> _Words: ...
