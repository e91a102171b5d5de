"""What `distutils.core` re-exports."""

from collections.abc import Sequence
from os import PathLike
from typing import Any

from .dist import Distribution

USAGE: str
setup_keywords: tuple[str, ...]
extension_keywords: tuple[str, ...]

def gen_usage(script_name: str) -> str: ...
def setup(**attrs: Any) -> Distribution: ...
def run_setup(
    script_name: str | PathLike[str], script_args: Sequence[str] | None = None, stop_after: str = "run"
) -> Distribution: ...
