"""Makes the contents of `.pyc` files: in this process, or as a worker that is asked on standard input.

A worker is started with this very text (`python -S -c`), so it imports only what every interpreter has
loaded at its start; the engine's `bytecode` module says what goes over the pipes.
"""

import _frozen_importlib_external as machinery
import sys


def contents(path: bytes, shown: str, optimize: int, by_hash: bool) -> bytes:
    """The `.pyc` file for the source at `path`; tracebacks will show it as `shown`.

    `by_hash`: it is valid by the source's hash, else by its time and size. OSError where the source cannot
    be read; whatever `compile` raises where it is wrong.
    """
    stats = machinery._path_stat(path)
    with open(path, "rb", buffering=0) as file:
        source = file.read()
    code = compile(source, shown, "exec", dont_inherit=True, optimize=optimize)
    if by_hash:
        from importlib.util import source_hash

        return bytes(machinery._code_to_hash_pyc(code, source_hash(source), True))
    return bytes(machinery._code_to_timestamp_pyc(code, stats.st_mtime, stats.st_size))


def complaint(error: Exception, shown: str) -> str:
    """What Python itself prints of a source that does not compile."""
    from py_compile import PyCompileError

    return PyCompileError(type(error), error, shown).msg


def answer(path: bytes, shown: str, optimize: int, by_hash: bool) -> tuple[bytes, bytes]:
    try:
        return b"c", contents(path, shown, optimize, by_hash)
    except OSError as error:
        return b"u", (error.strerror or str(error)).encode("utf-8", "backslashreplace")
    except Exception as error:
        return b"r", complaint(error, shown).encode("utf-8", "backslashreplace")


def serve(optimize: int, by_hash: bool) -> None:
    import _signal

    # Where there are no process groups, Ctrl-C comes here as well: whoever asks is told, and ends us.
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    # The current folder is no place to import from.
    sys.path[:] = [entry for entry in sys.path if entry]
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(machinery.MAGIC_NUMBER)
    answers.flush()
    while lengths := requests.read(8):
        path = requests.read(int.from_bytes(lengths[:4], "little"))
        shown = requests.read(int.from_bytes(lengths[4:], "little")).decode(encoding, errors)
        kind, body = answer(path, shown, optimize, by_hash)
        answers.write(kind + len(body).to_bytes(4, "little") + body)
        answers.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2] == "hash")
