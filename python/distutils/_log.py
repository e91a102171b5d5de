"""distutils._log: the log, under the name that later copies of distutils have for it."""

from distutils.log import _global_log as log

__all__ = ["log"]
