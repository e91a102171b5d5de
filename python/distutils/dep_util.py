"""distutils.dep_util: which files are out of date."""

import os as os
from distutils.errors import DistutilsFileError as DistutilsFileError

from oxidist._core.dep_util import (
    newer as newer,
    newer_group as newer_group,
    newer_pairwise as newer_pairwise,
)
