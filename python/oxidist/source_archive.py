"""`python -m oxidist -C ARCHIVE`: a project that is still packed, in a temporary folder while it is built."""

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from types import FrameType, TracebackType

from oxidist import _core


@contextlib.contextmanager
def unpacked(archive: str) -> Iterator[None]:
    """Unpack `archive`, and be in the one folder that was in it."""
    from distutils.errors import DistutilsError

    before = os.getcwd()
    with (
        EndingSignals() as signals,
        tempfile.TemporaryDirectory(prefix="oxidist-") as folder,
        contextlib.ExitStack() as last,
    ):
        # Before the folder goes.
        last.callback(os.chdir, before)
        with signals.heard():
            try:
                root = _core.unpack(archive, folder)
            except (DistutilsError, OSError) as error:
                sys.exit(f"error: {_core.shown(error)}")
            os.chdir(root)
            yield


class Ended(BaseException):
    """A signal asks this program to end. No script takes it for an error of its own."""


class EndingSignals:
    """SIGTERM and SIGHUP end this program, but not before it has tidied up.

    Whoever has a handler of theirs already, or ignores them as nohup does, keeps that.
    """

    def __init__(self) -> None:
        known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        self._numbers = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]
        self._received = 0
        self._raises = False

    def __enter__(self) -> "EndingSignals":
        for number in self._numbers:
            signal.signal(number, self._receive)
        return self

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._received = number
        if self._raises:
            # Once: another one must not stop the tidying up.
            self._raises = False
            raise Ended

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """What is inside ends with Ended; before and after it, a signal waits for the end."""
        self._raises = not self._received
        try:
            if self._received:
                raise Ended
            yield
        finally:
            self._raises = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL)
        if self._received:
            # As if nobody had heard it: who has sent it can tell by the exit status.
            os.kill(os.getpid(), self._received)


def bring_home(folder: str) -> None:
    """Copy what was made in dist/ to `folder`."""
    from distutils.dir_util import copy_tree

    if os.path.isdir("dist"):
        copy_tree("dist", os.path.join(folder, "dist"))
