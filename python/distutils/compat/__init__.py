"""distutils.compat: where later copies of distutils keep what is for older Pythons and packages."""

from __future__ import annotations as annotations
