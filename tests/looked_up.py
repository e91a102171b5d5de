"""Calls public functions of distutils while names that they look up are replaced, and prints what happened.

`python -S looked_up.py ours|theirs` prints, as JSON, for each case: which calls the replacement saw, what was
returned or raised, what was logged, and what then was in the folder.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

Function = Callable[..., Any]

# What a function has to find, and what is called: title, module, function, arguments, keywords.
CALLS: list[tuple[str, str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("copy", "file_util", "copy_file", ("a.txt", "b.txt"), {}),
    ("copy over another", "file_util", "copy_file", ("a.txt", "old.txt"), {}),
    ("copy into a folder", "file_util", "copy_file", ("a.txt", "full"), {}),
    ("copy what is newer", "file_util", "copy_file", ("a.txt", "old.txt"), {"update": 1}),
    ("copy without times", "file_util", "copy_file", ("a.txt", "b.txt"), {"preserve_times": 0}),
    ("copy without mode", "file_util", "copy_file", ("a.txt", "b.txt"), {"preserve_mode": 0}),
    ("link", "file_util", "copy_file", ("a.txt", "b.txt"), {"link": "hard"}),
    ("link to what is there", "file_util", "copy_file", ("a.txt", "same.txt"), {"link": "hard"}),
    ("link symbolically", "file_util", "copy_file", ("a.txt", "b.txt"), {"link": "sym"}),
    ("copy nothing", "file_util", "copy_file", ("no.txt", "b.txt"), {}),
    ("move", "file_util", "move_file", ("a.txt", "./b.txt"), {}),
    ("move into a folder", "file_util", "move_file", ("a.txt", "full"), {}),
    ("move onto another", "file_util", "move_file", ("a.txt", "old.txt"), {}),
    ("move nowhere", "file_util", "move_file", ("a.txt", "no/b.txt"), {}),
    ("write", "file_util", "write_file", ("b.txt", ["one", "two"]), {}),
    ("make folders", "dir_util", "mkpath", ("full/x/y",), {"mode": 0o755}),
    ("make a folder where a file is", "dir_util", "mkpath", ("a.txt/x",), {}),
    ("make folders for files", "dir_util", "create_tree", ("full", ["p/a", "q/b", "p/c"]), {}),
    ("copy a folder", "dir_util", "copy_tree", ("full", "copy"), {}),
    ("copy a folder with its links", "dir_util", "copy_tree", ("full", "copy"), {"preserve_symlinks": 1}),
    ("copy a folder that is not", "dir_util", "copy_tree", ("no", "copy"), {}),
    ("remove a folder", "dir_util", "remove_tree", ("full",), {}),
    ("compare", "dep_util", "newer", ("a.txt", "old.txt"), {}),
    ("compare with nothing", "dep_util", "newer", ("a.txt", "no.txt"), {}),
    ("compare nothing", "dep_util", "newer", ("no.txt", "a.txt"), {}),
    ("compare pairs", "dep_util", "newer_pairwise", (["a.txt", "old.txt"], ["old.txt", "a.txt"]), {}),
    ("compare many", "dep_util", "newer_group", (["old.txt", "a.txt"], "full/c.txt"), {}),
    ("compare some", "dep_util", "newer_group", (["no.txt", "a.txt"], "old.txt"), {"missing": "ignore"}),
    ("find all", "filelist", "findall", (), {}),
    ("find all in a folder", "filelist", "findall", ("full",), {}),
    ("find simply", "filelist", "_find_all_simple", ("full",), {}),
    ("zip", "archive_util", "make_zipfile", ("out", "full"), {}),
    ("zip what is here", "archive_util", "make_zipfile", ("../out", "."), {}),
    ("tar", "archive_util", "make_tarball", ("out", "full"), {"compress": None}),
    ("tar and gzip", "archive_util", "make_tarball", ("out", "full"), {}),
    ("archive", "archive_util", "make_archive", ("out", "zip", "full"), {}),
    ("find a program", "spawn", "find_executable", ("tool",), {"path": "nowhere:full:."}),
    ("find no program", "spawn", "find_executable", ("tool",), {"path": "nowhere"}),
    ("run", "spawn", "spawn", (["true", "1"],), {}),
    ("run what fails", "spawn", "spawn", (["false"],), {}),
    ("byte-compile", "util", "byte_compile", (["m.py", "a.txt"],), {"prefix": "m", "base_dir": "/b"}),
    ("byte-compile again", "util", "byte_compile", (["m.py"],), {"force": 1, "direct": 1, "optimize": 1}),
    ("execute", "util", "execute", (len, ("abc",)), {}),
    ("change the root", "util", "change_root", ("/root", "/usr/lib"), {}),
    ("change the root of a part", "util", "change_root", ("/root", "lib"), {}),
    ("convert a path", "util", "convert_path", ("a/b/./c",), {}),
    ("name the platform", "util", "get_platform", (), {}),
    ("name the host", "util", "get_host_platform", (), {}),
    ("check the environment", "util", "check_environ", (), {}),
    ("substitute", "util", "subst_vars", ("$PLAT $here $THERE", {"here": 1}), {}),
    ("find the headers", "sysconfig", "get_python_inc", (), {}),
    ("find the library", "sysconfig", "get_python_lib", (1, 1), {"prefix": "/p"}),
    ("choose a compiler", "ccompiler", "get_default_compiler", (), {}),
    ("read a Setup file", "extension", "read_setup_file", ("Setup",), {}),
    ("read lines", "text_file", "TextFile", ("a.txt",), {}),
    ("warn", "log", "warn", ("%s!", "oh"), {}),
]

COPY = "os.unlink os.link os.symlink os.stat os.utime os.chmod os.path.isfile os.path.isdir os.path.exists"
COPY += " os.path.samefile os.path.join os.path.basename os.path.dirname builtins.open"
MAKE = "os.mkdir os.path.isdir os.path.normpath os.path.split os.path.join"

# The functions that CPython's own look up, by the function that does; each is replaced on its own.
FUNCTIONS = {
    "copy_file": f"{COPY} distutils.dep_util.newer",
    "move_file": "os.rename os.unlink os.path.isfile os.path.isdir os.path.exists os.path.join"
    " os.path.basename os.path.dirname distutils.file_util.copy_file",
    "write_file": "builtins.open",
    "mkpath": MAKE,
    "create_tree": f"{MAKE} distutils.dir_util.mkpath",
    "copy_tree": f"{COPY} {MAKE} os.listdir os.path.islink os.readlink distutils.dir_util.mkpath"
    " distutils.file_util.copy_file distutils.dir_util.copy_tree",
    "remove_tree": "os.listdir os.remove os.rmdir os.path.isdir os.path.islink os.path.join",
    "newer": "os.stat os.path.exists os.path.abspath",
    "newer_pairwise": "os.stat os.path.exists distutils.dep_util.newer",
    "newer_group": "os.stat os.path.exists",
    "findall": "os.walk os.scandir os.stat os.path.isfile os.path.relpath"
    " distutils.filelist._find_all_simple",
    "_find_all_simple": "os.walk os.scandir os.path.isfile",
    "make_zipfile": "os.walk os.scandir zipfile.ZipFile distutils.archive_util.mkpath",
    "make_tarball": "tarfile.open os.listdir distutils.archive_util.mkpath distutils.archive_util._get_uid"
    " distutils.archive_util._get_gid",
    "make_archive": "os.getcwd os.chdir os.path.abspath os.walk zipfile.ZipFile",
    "find_executable": "os.path.isfile",
    "spawn": "subprocess.Popen distutils.spawn.find_executable",
    "byte_compile": "py_compile.compile importlib.util.cache_from_source distutils.util.newer",
    "change_root": "os.path.isabs os.path.join",
    "convert_path": "os.path.join",
    "get_platform": "os.uname distutils.util.get_host_platform",
    "get_host_platform": "os.uname",
    "check_environ": "distutils.util.get_platform pwd.getpwuid os.getuid",
    "subst_vars": "distutils.util.check_environ",
    "get_python_inc": "distutils.sysconfig.get_python_version",
    "get_python_lib": "distutils.sysconfig.get_python_version",
    "read_setup_file": "io.open distutils.sysconfig.parse_makefile"
    " distutils.sysconfig.expand_makefile_vars distutils.util.split_quoted",
    "TextFile": "io.open",
}

# Other values than Python's, each for a set of names that a function looks up.
VALUES: dict[str, list[dict[str, Any]]] = {
    "convert_path": [{"os.sep": "\\"}, {"os.sep": ":"}],
    "change_root": [{"os.name": "nt"}, {"os.name": "java"}],
    "get_platform": [
        {"os.name": "nt", "sys.platform": "win32", "sys.version": "3.10 [MSC v.1929 64 bit (AMD64)]"},
        {"os.name": "nt", "os.environ": {"VSCMD_ARG_TGT_ARCH": "x86"}},
        {"os.name": "nt", "os.environ": {"VSCMD_ARG_TGT_ARCH": "mips"}, "sys.platform": "win32"},
        {"os.name": "java", "sys.platform": "jvm"},
        {"os.environ": {"_PYTHON_HOST_PLATFORM": "cross-arm"}},
        {"distutils.util.get_host_platform": lambda: "mine"},
    ],
    "get_host_platform": [
        {"os.uname": lambda: ("SunOS", "h", "5.8", "v", "sun4 u")},
        {"os.uname": lambda: ("CYGWIN_NT-5.1", "h", "1.5(0)", "v", "i/686")},
        {"os.uname": lambda: ("FreeBSD", "h", "13.1-R", "v", "amd64")},
    ],
    "check_environ": [
        {"os.environ": {}, "distutils.util._environ_checked": 0},
        {"os.environ": {"HOME": "/h"}, "distutils.util._environ_checked": 0},
        {"os.environ": {}, "distutils.util._environ_checked": 0, "os.name": "nt"},
    ],
    "subst_vars": [{"os.environ": {"PLAT": "p", "THERE": "t"}}, {"os.environ": {"PLAT": "p"}}],
    "find_executable": [
        {"os.pathsep": "+"},
        {"sys.platform": "win32"},
    ],
    "spawn": [{"distutils.spawn.DEBUG": "1"}],
    "byte_compile": [{"sys.dont_write_bytecode": True}],
    "get_python_inc": [{"os.name": "java"}, {"os.name": "nt"}],
    "get_python_lib": [{"os.name": "java"}, {"os.name": "nt"}],
    "get_default_compiler": [
        {"os.name": "nt", "sys.platform": "win32"},
        {"sys.platform": "cygwin"},
        {"os.name": "posix", "sys.platform": "aix7"},
    ],
    "make_zipfile": [
        {
            "distutils.archive_util.zipfile": None,
            "distutils.archive_util.spawn": lambda *args, **keywords: None,
        }
    ],
    "warn": [{"sys.stderr": sys.stdout}],
}

# What functions of Python's own call is not for distutils to say.
FUNCTIONS_OF_EACH = (
    os.walk,
    os.path.join,
    os.path.isfile,
    zipfile.ZipFile.write,
    tarfile.TarFile.add,
    shutil.copy,
)
STANDARD_LIBRARY = {function.__code__.co_filename for function in FUNCTIONS_OF_EACH}

# The folder of the call that is going on.
HERE = [""]

NO = OSError(13, "refused")
STRANGE = KeyError("strange")


def home_of(name: str) -> tuple[Any, str]:
    """The object that has the last part of a dotted name, and that part."""
    module, _, attribute = name.rpartition(".")
    return importlib.import_module(module), attribute


class Replaced:
    """Names with other values for a while."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = [(*home_of(name), value) for name, value in values.items()]
        self.originals = [getattr(owner, name) for owner, name, _ in self.values]

    def __enter__(self) -> None:
        for owner, name, value in self.values:
            setattr(owner, name, value)

    def __exit__(self, *_: object) -> None:
        for (owner, name, _), original in zip(self.values, self.originals, strict=True):
            setattr(owner, name, original)


def fill() -> None:
    """The folder that each call finds."""
    for name, text in {
        "a.txt": "one  # two\nthree\n",
        "old.txt": "old",
        "m.py": "x = 1\n",
        "Setup": "AB = x\nm m.c -lm$(AB)\n",
        "full/c.txt": "c",
        "full/.nfs1": "",
        "full/sub/d.txt": "d",
        "tool": "",
    }.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "w") as file:
            file.write(text)
        os.utime(name, (2_000_000_000, 1_000_000_000 if name in ("old.txt", "full/c.txt") else 1_500_000_000))
    os.link("a.txt", "same.txt")
    os.symlink("c.txt", "full/link.txt")
    os.chmod("a.txt", 0o640)


def tree() -> list[str]:
    """What is below the folder: modes, sizes where they are certain, times that are not now."""
    found = []
    for folder, folders, files in os.walk("."):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            packed = name.startswith("out.") or name.endswith(".pyc")
            size = "" if packed or not os.path.isfile(path) else status.st_size
            time = int(status.st_mtime) if status.st_mtime < 1_600_000_000 else "now"
            found.append(f"{path} {status.st_mode:o} {size} {time}")
    return sorted(found)


def shown(value: object) -> str:
    """A value as both implementations should show it."""
    if hasattr(value, "__next__"):
        value = list(value)  # type: ignore[call-overload]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = sorted(value)
    if type(value).__module__.startswith("distutils"):
        value = sorted(vars(value))
    # 1 and True are one answer, and an object's address is none.
    text = repr(int(value) if isinstance(value, bool) else value)
    return "a call" if " at 0x" in text else text


def happened(
    module: str, name: str, args: tuple[Any, ...], keywords: dict[str, Any], values: dict[str, Any]
) -> Any:
    function = getattr(importlib.import_module(f"distutils.{module}"), name)
    from distutils import dir_util, log

    dir_util._path_created.clear()  # type: ignore[attr-defined]
    logged: list[str] = []

    def write(text: str) -> Function:
        return lambda msg, *args: logged.append(f"{text} {msg % args if args else msg}")

    logs = {f"distutils.log.{level}": write(level) for level in ("debug", "info", "warn") if module != "log"}
    started_in, folder = os.getcwd(), tempfile.mkdtemp()
    HERE.append(folder)
    environment = dict(os.environ)
    os.mkdir(os.path.join(folder, "in"))
    os.chdir(os.path.join(folder, "in"))
    log.set_threshold(log.WARN)
    try:
        fill()
        try:
            with Replaced({**logs, **values}):
                result = shown(function(*args, **keywords))
                result += f" {sorted(set(os.environ) - set(environment))}"
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        os.chdir(os.path.join(folder, "in"))
        told = [line.replace(folder, "FOLDER") for line in (result, *sorted(logged))]
        return [told[0], told[1:], tree()]
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(started_in)
        shutil.rmtree(folder)


def cases() -> Iterator[tuple[str, Any]]:
    for title, module, name, args, keywords in CALLS:
        for replaced in FUNCTIONS.get(name, "").split():
            owner, attribute = home_of(replaced)
            original = getattr(owner, attribute)
            calls: list[str] = []

            def seen(
                *args: Any, _original: Function = original, _calls: list[str] = calls, **keywords: Any
            ) -> Any:
                if sys._getframe(1).f_code.co_filename in STANDARD_LIBRARY:
                    return _original(*args, **keywords)
                given = [shown(each) for each in args] + [
                    f"{key}={shown(keywords[key])}" for key in sorted(keywords)
                ]
                # Names in a folder come in any order.
                _calls.append(", ".join(given).replace(HERE[-1], "FOLDER"))
                return _original(*args, **keywords)

            def failing(error: Exception) -> Function:
                def fail(*args: Any, **keywords: Any) -> Any:
                    raise error

                return fail

            after = happened(module, name, args, keywords, {replaced: seen})
            yield f"{title}; {replaced}: called", [sorted(calls), *after]
            if calls:
                yield (
                    f"{title}; {replaced}: refused",
                    happened(module, name, args, keywords, {replaced: failing(NO)}),
                )
                odd = happened(module, name, args, keywords, {replaced: failing(STRANGE)})
                yield f"{title}; {replaced}: strange", odd
        for number, values in enumerate(VALUES.get(name, [])):
            yield f"{title}; values {number}", happened(module, name, args, keywords, values)


def main() -> None:
    warnings.simplefilter("ignore")
    if sys.argv[1] == "ours":
        importlib.import_module("oxidist.activate")
    else:
        # Ours goes by the order of names; the file system's is any.
        listdir = os.listdir
        os.listdir = lambda *args: sorted(listdir(*args))  # type: ignore[assignment]
    for name in ("py_compile", "importlib.util", "distutils.util"):
        importlib.import_module(name)
    answer_goes_to = os.dup(1)
    # What the calls print is no part of the answer.
    os.dup2(2, 1)
    answer = dict(cases())
    sys.stdout.flush()
    with os.fdopen(answer_goes_to, "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
