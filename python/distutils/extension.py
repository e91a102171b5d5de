"""distutils.extension: the description of an extension module."""

from oxidist._core.extension import Extension as Extension
