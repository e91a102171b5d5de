"""The build backend `build-backend = "oxidist.setuptools_meta"`: setuptools' own hooks, on this distutils.

It has the hooks that the setuptools at hand has, which does all the rest, and `__legacy__` as
`setuptools.build_meta` has it.
"""

import oxidist.activate  # noqa: F401  (before setuptools)

try:
    from setuptools import build_meta
except ModuleNotFoundError as error:
    if error.name != "setuptools":
        raise
    told = "oxidist.setuptools_meta needs setuptools: name it beside oxidist in `requires` in pyproject.toml"
    raise ModuleNotFoundError(told, name="setuptools") from None


def __getattr__(name: str) -> object:
    return getattr(build_meta, name)
