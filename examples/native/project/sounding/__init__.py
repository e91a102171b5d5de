"""Depths from the echoes of a sounder."""

from sounding._chart import median
from sounding._echo import depth, features

__all__ = ["depth", "features", "median"]
