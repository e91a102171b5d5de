"""distutils.debug: the DISTUTILS_DEBUG switch."""

from oxidist._core.debug import DEBUG as DEBUG
