"""Runs scenarios with hooks overridden, and writes down each call that reaches an override.

Started by `test_seams.py` under our distutils and under CPython's own, with a plan on standard input:

    {"project": folder, "scenarios": {name: ...}, "rounds": [{"scenario": name, "way": way, "hooks": hooks}]}

`hooks` are `[class or module, name]` pairs. `way` says where an override is put: in a `subclass`, on the
`class`, on the `instance`; `module` replaces functions in modules. The answer is one list of
`[owner, hook, arguments]` for each round, or, to an empty plan, the hooks that exist here.
"""

from __future__ import annotations

import builtins
import email.message
import glob
import importlib
import inspect
import io
import json
import os
import re
import shutil
import site
import sys
import tempfile
import types

COMMANDS = (
    "build build_py build_ext build_clib build_scripts config install install_lib install_scripts "
    "install_data install_headers install_egg_info sdist bdist bdist_dumb bdist_rpm clean check "
    "register upload"
).split()
# Classes that are no commands: (module, what the module that makes the instances calls it).
OTHERS = {
    "Distribution": ("distutils.dist", "distutils.core"),
    "DistributionMetadata": ("distutils.dist", "distutils.dist"),
    "FileList": ("distutils.filelist", "distutils.command.sdist"),
}
MODULES = [
    "archive_util",
    "cmd",
    "core",
    "dep_util",
    "dir_util",
    "dist",
    "file_util",
    "filelist",
    "spawn",
    "util",
]
MODULES += [f"command.{name}" for name in COMMANDS]

home = os.environ["HOME"]
PLACES = {sys.executable: "<python>", home: "<home>", sys.prefix: "/<prefix>", sys.prefix[1:]: "<prefix>"}

trace = []


def show(value):
    """A value's repr, the same wherever it is made: no addresses, no places, no Python version."""
    if isinstance(value, bool):
        return repr(int(value))
    if isinstance(value, str):
        for place, name in PLACES.items():
            value = value.replace(place, name)
        text = repr(value.replace("$implementation_lower", "python").replace("$abi_thread", ""))
        # Where a program is, CPython says; which source it failed on, ours.
        text = re.sub(r"(command \\?')[^']*/", r"\1", text)
        text = re.sub(r"( failed with exit code \d+): [\w/.]+", r"\1", text)
        text = re.sub(r"cpython-3\d+", "cpython-<py>", text)
        return re.sub(r"(?<![\d.])3\.1\d(\.\d+)?(?![\d])", "<py>", text)
    if isinstance(value, dict):
        # install's variables for paths: there are more of them with each Python version.
        if "py_version_short" in value:
            return "<variables>"
        return "{" + ", ".join(f"{show(key)}: {show(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[{}]".format(", ".join(map(show, value)))
    if isinstance(value, tuple):
        return "({},)".format(", ".join(map(show, value)))
    if value is None or isinstance(value, (int, float)):
        return repr(value)
    if hasattr(value, "write"):
        return "<file>"
    if isinstance(value, type):
        return f"<class {value.__name__}>"
    return "<{}>".format(getattr(value, "__name__", type(value).__name__))


def note(owner, hook, args, kwargs):
    """Write the call down; its positional arguments, with lists for iterators that can be read but once."""
    args = [list(value) if isinstance(value, filter) else value for value in args]
    named = [f"{name}={show(value)}" for name, value in sorted(kwargs.items())]
    trace.append([owner, hook, ", ".join([*map(show, args), *named])])
    return args


def watched_method(owner, hook, cls):
    """An override for `cls.hook`, as a class has it."""
    original = getattr(cls, hook)
    if isinstance(inspect.getattr_static(cls, hook), staticmethod):
        return staticmethod(watched(owner, hook, original))

    def override(self, *args, **kwargs):
        args = note(owner, hook, args, kwargs)
        return original(self, *args, **kwargs)

    override.__name__ = hook
    return override


def watched(owner, hook, original):
    def override(*args, **kwargs):
        args = note(owner, hook, args, kwargs)
        return original(*args, **kwargs)

    override.__name__ = hook
    return override


def class_of(name):
    module = OTHERS[name][0] if name in OTHERS else f"distutils.command.{name}"
    return getattr(importlib.import_module(module), name)


def methods_of(cls):
    """The names of the methods that a script can override: all but the special ones."""
    names = {name for base in cls.__mro__ if base is not object for name in vars(base)}
    return sorted(name for name in names if not name.startswith("__") and callable(getattr(cls, name)))


def functions_of(module):
    """The functions of distutils that `module` has in its namespace, its own and imported ones."""
    return sorted(
        name
        for name, value in vars(importlib.import_module(f"distutils.{module}")).items()
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType))
        and (value.__module__ or "").startswith(("distutils", "oxidist"))
        and not (value.__module__ or "").endswith(".log")
    )


def catalogue():
    classes = {name: methods_of(class_of(name)) for name in [*COMMANDS, *OTHERS]}
    return {"classes": classes, "modules": {name: functions_of(name) for name in MODULES}}


def by_owner(hooks):
    groups = {}
    for owner, hook in hooks:
        groups.setdefault(owner, []).append(hook)
    return groups


def subclass_of(name, hooks):
    base = class_of(name)
    methods = {hook: watched_method(name, hook, base) for hook in hooks}
    return type(name, (base,), methods)


def on_instance(name, instance, hooks):
    for hook in hooks:
        setattr(instance, hook, watched(name, hook, getattr(instance, hook)))


def made_with_hooks(name, hooks):
    """A function to call in the class's place, whose instances have the overrides on them."""
    cls = class_of(name)

    def make(*args, **kwargs):
        instance = cls(*args, **kwargs)
        on_instance(name, instance, hooks)
        return instance

    return make


def replace_functions(groups):
    for module, names in groups.items():
        if module == "ARCHIVE_FORMATS":
            import distutils.archive_util as archive_util

            for name in names:
                function, *rest = archive_util.ARCHIVE_FORMATS[name]
                replaced = watched(module, name, function)
                archive_util.ARCHIVE_FORMATS[name] = (replaced, *rest)
            continue
        namespace = importlib.import_module(f"distutils.{module}")
        for name in names:
            setattr(namespace, name, watched(module, name, getattr(namespace, name)))


def extension_of(given):
    """What JSON cannot hold: an Extension from its arguments, or a pair of the old form from a list."""
    from distutils.extension import Extension

    if isinstance(given, dict):
        macros = [tuple(macro) for macro in given.pop("define_macros", [])]
        return Extension(define_macros=macros, **given)
    return tuple(given)


def run_scenario(scenario, way, hooks):
    """Run `setup()` as the scenario says, with the overrides in place."""
    import distutils.command.install
    import distutils.core as core

    # With the schemes of Debian's Pythons, install_egg_info asks for more.
    distutils.command.install.INSTALL_SCHEMES.pop("unix_local", None)

    sys.argv = ["setup.py", *scenario["arguments"]]
    attributes = dict(scenario.get("attributes", {}))
    attributes["data_files"] = [
        tuple(each) if isinstance(each, list) else each for each in attributes.get("data_files", [])
    ]
    if isinstance(attributes.get("ext_modules"), list):
        attributes["ext_modules"] = [extension_of(each) for each in attributes["ext_modules"]]
    groups = by_owner(hooks)
    if way == "module":
        # What a module calls while it is imported is not what a command calls.
        for module in MODULES:
            importlib.import_module(f"distutils.{module}")
        replace_functions(groups)
    elif way == "subclass":
        for name in groups.keys() & OTHERS.keys() - {"Distribution"}:
            setattr(importlib.import_module(OTHERS[name][1]), name, subclass_of(name, groups[name]))
        if "Distribution" in groups:
            attributes["distclass"] = subclass_of("Distribution", groups["Distribution"])
        attributes["cmdclass"] = {
            name: subclass_of(name, names) for name, names in groups.items() if name in COMMANDS
        }
    elif way == "class":
        overrides = [
            (class_of(name), hook, watched_method(name, hook, class_of(name)))
            for name, names in groups.items()
            for hook in names
        ]
        for override in overrides:
            setattr(*override)
    if way == "instance":
        if "FileList" in groups:
            module = importlib.import_module(OTHERS["FileList"][1])
            module.FileList = made_with_hooks("FileList", groups["FileList"])
        early = groups.keys() & {"Distribution", "DistributionMetadata"}
        core._setup_stop_after = "init" if early else "commandline"
        distribution = core.setup(**attributes)
        if early:
            on_instance("Distribution", distribution, groups.get("Distribution", ()))
            on_instance("DistributionMetadata", distribution.metadata, groups.get("DistributionMetadata", ()))
            distribution.parse_config_files()
            if not distribution.parse_command_line():
                return
        for name in COMMANDS:
            if name in groups:
                on_instance(name, distribution.get_command_obj(name), groups[name])
        distribution.run_commands()
    else:
        distribution = core.setup(**attributes)
    if distribution is not None:
        for command, method, *arguments in scenario.get("calls", ()):
            target = distribution
            if command:
                target = distribution.get_command_obj(command)
                target.ensure_finalized()
            getattr(target, method)(*arguments)


class Answer(io.BytesIO):
    """What an index says to everything."""

    code = status = 200
    msg = reason = "OK"

    def __init__(self):
        super().__init__(b"Development Status :: 3 - Alpha\n")
        self.headers = email.message.Message()

    def getcode(self):
        return 200

    def info(self):
        return self.headers


def pretend_index(typed):
    """Whoever asks an index is answered, and whoever asks the user gets what is `typed`."""
    import getpass
    import urllib.request

    urllib.request.urlopen = lambda *args, **kwargs: Answer()
    urllib.request.build_opener = lambda *handlers: types.SimpleNamespace(open=urllib.request.urlopen)
    answers = iter(typed)
    builtins.input = getpass.getpass = lambda *args: next(answers)


def round_in_child(plan, entry):
    """One round in a process of its own, in a fresh copy of the project."""
    scenario = plan["scenarios"][entry["scenario"]]
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        return json.loads(answer or '["the process died"]')
    status = 1
    try:
        os.close(read)
        silence = os.open(os.devnull, os.O_RDWR)
        os.dup2(silence, 1)
        if not os.environ.get("SEAMS_STDERR"):
            os.dup2(silence, 2)
        folder = tempfile.mkdtemp(dir=os.environ.get("SEAMS_TMP"))
        top = os.path.join(os.path.realpath(folder), "project")
        shutil.copytree(plan["project"], top, symlinks=True)
        for name in scenario.get("without", ()):
            os.remove(os.path.join(top, name))
        for name, text in scenario.get("files", {}).items():
            with open(os.path.join(top, name), "w") as stream:
                stream.write(text)
        for name, text in scenario.get("programs", {}).items():
            with open(os.path.join(top, name), "w") as stream:
                stream.write(text)
            os.chmod(os.path.join(top, name), 0o755)
        os.chdir(top)
        PLACES[top] = "<top>"
        sys.dont_write_bytecode = scenario.get("dont_write_bytecode", False)
        os.environ.update(scenario.get("environment", {}))
        os.makedirs(home, exist_ok=True)
        for name, text in scenario.get("home", {}).items():
            with open(os.path.join(home, name), "w") as stream:
                stream.write(text)
        pretend_index(scenario.get("typed", ()))
        try:
            run_scenario(scenario, entry["way"], entry["hooks"])
        except BaseException as error:
            text = "" if isinstance(error, SystemExit) else show(str(error))
            trace.append(["", "raised", f"{type(error).__name__} {text}"])
            if os.environ.get("SEAMS_STDERR"):
                import traceback

                traceback.print_exc()
        with os.fdopen(write, "w") as stream:
            json.dump(trace, stream)
        os.chdir("/")
        for used in (folder, home):
            shutil.rmtree(used, ignore_errors=True)
        status = 0
    finally:
        os._exit(status)


def sort_folders():
    """CPython's distutils takes files in a folder's own order: with that, nothing could be compared."""
    unsorted_glob, unsorted_list, unsorted_walk = glob.glob, os.listdir, os.walk

    def sorted_walk(*args, **kwargs):
        for parent, folders, files in unsorted_walk(*args, **kwargs):
            folders.sort()
            yield parent, folders, sorted(files)

    glob.glob = lambda *args, **kwargs: sorted(unsorted_glob(*args, **kwargs))
    os.listdir = lambda *args: sorted(unsorted_list(*args))
    os.walk = sorted_walk


def main():
    # Only one of the two Pythons may have it, and `check` calls more with it.
    sys.modules["docutils"] = None
    sort_folders()
    # Without it `python -S` would not know the folder that `install --user` is about.
    site.getusersitepackages()
    plan = json.load(sys.stdin)
    answer = [round_in_child(plan, entry) for entry in plan["rounds"]] if plan else catalogue()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
