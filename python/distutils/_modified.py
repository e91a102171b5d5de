"""distutils._modified: which files are out of date; what later copies of distutils call dep_util."""

from __future__ import annotations as annotations

from distutils.errors import DistutilsFileError as DistutilsFileError

from oxidist._core._modified import (
    newer as newer,
    newer_group as newer_group,
    newer_pairwise as newer_pairwise,
    newer_pairwise_group as newer_pairwise_group,
)
