"""`python -m oxidist -C ARCHIVE`: a project that is still packed, in a temporary folder while it is built."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from oxidist import _core


@contextlib.contextmanager
def unpacked(archive: str) -> Iterator[None]:
    """Unpack `archive`, and be in the one folder that was in it."""
    from distutils.errors import DistutilsError

    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="oxidist-") as folder:
        try:
            root = _core.unpack(archive, folder)
        except (DistutilsError, OSError) as error:
            sys.exit(f"error: {error}")
        os.chdir(root)
        try:
            yield
        finally:
            # Before the folder goes.
            os.chdir(before)


def bring_home(folder: str) -> None:
    """Copy what was made in dist/ to `folder`."""
    from distutils.dir_util import copy_tree

    if os.path.isdir("dist"):
        copy_tree("dist", os.path.join(folder, "dist"))
