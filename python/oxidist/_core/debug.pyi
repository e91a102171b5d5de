"""distutils.debug: the DISTUTILS_DEBUG switch."""

DEBUG: str | None
