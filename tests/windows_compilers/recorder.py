"""Runs sessions with the compiler classes for Windows on a machine that only says that it is Windows.

Run by the interpreter of the oracle, once with its own distutils and once with ours. It reads
`{name: [machine, module, code]}` from standard input and prints `{name: trace}`: what every statement gave or
raised, and every command, folder, file, warning and question to the machine in between. Each session has a
process of its own.
"""

import ast
import importlib
import io
import json
import ntpath
import os
import subprocess
import sys
import tempfile
import traceback
import types

trace = []


def show(value):
    """Anything as JSON can have it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [show(item) for item in value]
    if isinstance(value, dict):
        return {str(show(key)): show(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, type):
        return f"class {value.__module__}.{value.__qualname__}"
    return str(value) if type(value).__name__ == "LooseVersion" else f"a {type(value).__name__}"


def record(*entry):
    trace.append(show(entry))


class Environment(dict):
    """`os.environ` of Windows: the case of names does not matter."""

    def __init__(self, variables):
        super().__init__({name.upper(): value for name, value in variables.items()})

    def __getitem__(self, name):
        return super().__getitem__(name.upper())

    def __setitem__(self, name, value):
        if not isinstance(value, str):
            raise TypeError(f"str expected, not {type(value).__name__}")
        super().__setitem__(name.upper(), value)

    def __delitem__(self, name):
        super().__delitem__(name.upper())

    def __contains__(self, name):
        return super().__contains__(name.upper())

    def get(self, name, default=None):
        return super().get(name.upper(), default)

    def pop(self, name, *default):
        return super().pop(name.upper(), *default)


class Key:
    """An open key of the registry."""

    def __init__(self, content):
        self.values = content.get("values", [])
        self.keys = content.get("keys", [])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        record("key closed")


def registry(content):
    """A `winreg` with `{"HKEY_LOCAL_MACHINE\\\\Software\\\\...": {"values": [...], "keys": [...]}}` in it."""
    module = types.ModuleType("winreg")
    module.error = OSError
    module.REG_SZ, module.REG_DWORD, module.KEY_READ, module.KEY_WOW64_32KEY = 1, 4, 0x20019, 0x200
    for hive in ("HKEY_USERS", "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKEY_CLASSES_ROOT"):
        setattr(module, hive, hive)

    def open_key(hive, key, reserved=0, access=module.KEY_READ):
        record("registry", hive, key, access)
        try:
            return Key(content[f"{hive}\\{key}"])
        except KeyError:
            raise FileNotFoundError(2, "The system cannot find the file specified") from None

    def item(items, place):
        if place >= len(items):
            raise OSError(259, "No more data is available")
        return items[place]

    def enum_value(key, place):
        name, value = item(key.values, place)
        return name, value, module.REG_SZ if isinstance(value, str) else module.REG_DWORD

    module.OpenKeyEx = module.OpenKey = open_key
    module.EnumKey = lambda key, place: item(key.keys, place)
    module.EnumValue = enum_value
    return module


def take_for_windows(machine):
    """From here on the process is on `machine`, for all that ask `os` and `sys`."""
    files, folders = set(machine.get("files", ())), set(machine.get("folders", ()))
    os.name, sys.platform = "nt", "win32"
    os.sep, os.altsep, os.pathsep = "\\", "/", ";"
    os.path = sys.modules["os.path"] = ntpath
    os.environ = Environment(machine.get("environ", {}))  # noqa: B003
    ntpath.isfile = lambda path: str(path) in files
    ntpath.isdir = lambda path: str(path) in folders
    ntpath.exists = lambda path: str(path) in files | folders
    ntpath.abspath = lambda path: ntpath.normpath(ntpath.join("C:\\work", os.fspath(path)))
    sys.modules["winreg"] = registry(machine.get("registry", {}))
    outputs = machine.get("outputs", {})

    def output_of(command):
        text = command if isinstance(command, str) else " ".join(command)
        record("asked", command)
        for part, output in outputs.items():
            if part in text:
                if output is None:
                    raise subprocess.CalledProcessError(3, command, b"it failed")
                return output
        raise FileNotFoundError(2, "No such file or directory")

    def check_output(command, encoding=None, errors=None, stderr=None):
        record("check_output", encoding, errors, stderr == subprocess.STDOUT)
        output = output_of(command)
        if isinstance(command, str):
            return output.encode("utf-16-le")
        return output if encoding else output.encode()

    class Process:
        def __init__(self, command, shell=False, stdout=None, stderr=None):
            record("process", shell, stdout == subprocess.PIPE, stderr == subprocess.PIPE)
            self.output = Bytes(output_of(command).encode())
            self.stdout, self.stderr = io.BytesIO(self.output), io.BytesIO(b"")

        def communicate(self):
            return self.output, Bytes(b"")

        def wait(self):
            return 0

    subprocess.check_output, subprocess.Popen = check_output, Process


class Bytes(bytes):
    """Bytes that Windows' code page is known for."""

    def decode(self, encoding="utf-8", errors="strict"):
        return super().decode("latin-1" if encoding == "mbcs" else encoding, errors)


def watch(machine):
    """Record what the base class is asked to do, in the place of doing it."""
    import distutils.ccompiler
    from distutils import errors, log, util

    compiler = distutils.ccompiler.CCompiler
    failing = []

    def spawn(self, cmd):
        record("spawn", list(cmd), os.environ.get("path"))
        if any(program in " ".join(map(str, cmd)) for program in failing):
            raise errors.DistutilsExecError(f"command {cmd[0]!r} failed")

    def write_file(filename, contents):
        record("write", filename, list(contents))

    compiler.spawn = spawn
    compiler.mkpath = lambda self, name, mode=0o777: record("mkpath", name)
    compiler.warn = lambda self, msg: record("warn", msg)
    compiler.debug_print = lambda self, msg: record("debug", msg)
    compiler.execute = lambda self, func, args, msg=None, level=1: (record("execute", msg), func(*args))[1]
    for name in ("debug", "info", "warn", "error"):
        setattr(log, name, lambda text, *args, name=name: record(name, show(text), args))
    log.log = lambda level, text, *args: record(level, text, args)
    # Which platform is built for is not what is compared here.
    util.get_platform = lambda: machine.get("platform", "win-amd64")
    distutils.ccompiler.newer_group = lambda sources, target, missing="error": not machine.get("up to date")
    return {"failing": failing, "write_file": write_file, "environ": os.environ}


def run_session(machine, module, code):
    sys.version = machine["version"]
    importlib.import_module("distutils.unixccompiler")
    take_for_windows(machine)
    names = watch(machine)
    try:
        module = names["m"] = importlib.import_module(f"distutils.{module}")
    except Exception as error:
        record("raised by the import", type(error).__name__)
        return
    # Old modules of CPython's say on their import what they fetch from others.
    trace.clear()
    for name in ("write_file", "newer"):
        if hasattr(module, name):
            setattr(module, name, names.get(name, lambda source, target: True))
    for statement in ast.parse(code).body:
        try:
            if isinstance(statement, ast.Expr):
                record("gave", eval(compile(ast.Expression(statement.value), "session", "eval"), names))
            else:
                exec(compile(ast.Module([statement], []), "session", "exec"), names)
        except Exception as error:
            if os.environ.get("SESSION_TRACEBACKS"):
                traceback.print_exc()
            record("raised", type(error).__name__, str(error))


def in_child(session):
    """The trace of a session that has a process and a folder of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        return json.loads(answer or '["the process died"]')
    try:
        os.close(read)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            here = {name: getattr(os.path, name) for name in ("isfile", "isdir", "exists", "abspath")}
            try:
                run_session(*session)
            except BaseException:
                trace.append(["the recorder failed", traceback.format_exc()])
            os.path, os.name, os.sep, os.pathsep, os.altsep = (
                sys.modules["posixpath"],
                "posix",
                "/",
                ":",
                None,
            )
            sys.platform = "linux"
            for name, function in here.items():
                setattr(os.path, name, function)
            os.chdir("/")
            with os.fdopen(write, "w") as stream:
                json.dump(trace, stream)
    finally:
        os._exit(0)


def main():
    sessions = json.load(sys.stdin)
    json.dump({name: in_child(session) for name, session in sessions.items()}, sys.stdout)


if __name__ == "__main__":
    main()
