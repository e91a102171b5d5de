"""distutils.version: version numbers that compare."""

from oxidist._core.version import (
    LooseVersion as LooseVersion,
)
from oxidist._core.version import (
    StrictVersion as StrictVersion,
)
from oxidist._core.version import (
    Version as Version,
)
