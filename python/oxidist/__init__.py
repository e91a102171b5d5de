"""Oxidist: distutils in Rust. `import oxidist.activate` makes it the `distutils` of this process."""

from oxidist._core import (
    dist_file_digests as dist_file_digests,
)
from oxidist._core import (
    journal as journal,
)

__version__ = "0.1.0"
