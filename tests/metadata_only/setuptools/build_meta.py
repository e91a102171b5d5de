"""A build backend that builds nothing, so that pip can download an sdist without running its setup.py.

`pip download` wants an sdist's metadata, and asks the backend for it. This one answers from PKG-INFO.
"""

import sys
from email.parser import HeaderParser
from pathlib import Path


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info = HeaderParser().parsestr(Path("PKG-INFO").read_text(encoding="utf-8", errors="replace"))
    name, version = info["Name"], info["Version"]
    folder = Path(metadata_directory, f"{name.replace('-', '_')}-{version}.dist-info")
    folder.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", ""]
    (folder / "METADATA").write_text("\n".join(lines), encoding="utf-8")
    return folder.name


def build_wheel(*arguments, **keywords):
    raise RuntimeError("nothing is built here")


# Packages with a backend of their own around setuptools' import all of its hooks.
build_sdist = build_editable = prepare_metadata_for_build_editable = build_wheel
get_requires_for_build_sdist = get_requires_for_build_editable = get_requires_for_build_wheel

__all__ = [name for name in globals() if name.startswith(("build_", "get_", "prepare_"))]

# The name that PEP 517 frontends use for projects without a pyproject.toml.
__legacy__ = sys.modules[__name__]
