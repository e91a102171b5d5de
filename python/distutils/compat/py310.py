"""distutils.compat.py310: what later copies of distutils need under Python 3.10. Here it is nothing."""

from __future__ import annotations as annotations

TYPE_CHECKING = False
