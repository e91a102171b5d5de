"""distutils.debug: the DISTUTILS_DEBUG switch."""

import os as os

from oxidist._core.debug import DEBUG as DEBUG
