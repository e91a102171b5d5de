"""distutils.version: version numbers that compare."""

from oxidist._core.version import (
    LooseVersion as LooseVersion,
    StrictVersion as StrictVersion,
    Version as Version,
    __getattr__ as __getattr__,
    suppress_known_deprecation as suppress_known_deprecation,
)
