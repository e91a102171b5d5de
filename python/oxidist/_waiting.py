"""Calls that wait for a server, on threads that are left to themselves when the time is over.

Such a thread may still wait when Python ends, which then stops it wherever it stands. So only Python's own
code is on its stack.
"""

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Call:
    """A call on a thread of its own; `result` is what it returned and what it raised, once it has ended."""

    def __init__(
        self, function: "Callable[..., object]", args: "Sequence[object]", keywords: "Mapping[str, object]"
    ) -> None:
        self.result: tuple[object, BaseException | None] | None = None
        self._call = function, args, keywords
        self._thread = threading.Thread(target=self._run, daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            # The system allows no more threads.
            self._run()

    def _run(self) -> None:
        function, args, keywords = self._call
        try:
            self.result = function(*args, **keywords), None
        except BaseException as error:
            self.result = None, error

    def wait(self, seconds: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(seconds)


def read_into(said: list[bytes], response: object, enough: int) -> None:
    """Read what a response says, but not much more than `enough` bytes."""
    length = 0
    while length < enough:
        block = response.read1(64 * 1024)  # type: ignore[attr-defined]
        if not block:
            return
        said.append(block)
        length += len(block)
