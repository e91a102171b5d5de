"""Drives a Unix compiler as scripts do, and writes down what comes of it.

Started by `test_ccompiler.py` and `test_compiler_seams.py` under our distutils and under CPython's own, in an
empty folder, with a plan on standard input:

    {"commands": [first, last]}     # random uses of a compiler, by their seeds: what is run, and each answer
    {"rounds": [{"scenario": name, "way": way, "hooks": hooks}]}   # the calls that reach these overrides

To an empty plan the answer is `{"methods": [...], "functions": {module: [...]}, "scenarios": [...]}`.
"""

from __future__ import annotations

import io
import json
import ntpath
import os
import posixpath
import random
import sys
import tempfile
import types
from distutils import ccompiler, sysconfig, unixccompiler

HERE = os.path.realpath(os.getcwd())
MODULES = {"ccompiler": ccompiler, "unixccompiler": unixccompiler}


def show(value):
    """A value's repr, the same wherever it is made."""
    if isinstance(value, bool):
        return repr(int(value))
    if isinstance(value, str):
        return repr(value.replace(HERE, "<here>"))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{show(key)}: {show(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[{}]".format(", ".join(map(show, value)))
    if isinstance(value, tuple):
        return "({},)".format(", ".join(map(show, value)))
    if value is None or isinstance(value, (int, float)):
        return repr(value)
    return "<{}>".format(getattr(value, "__name__", type(value).__name__))


def outcome(function, *args, **kwargs):
    try:
        return "returned " + show(function(*args, **kwargs))
    except Exception as error:
        # Where CPython fails to put a message together, only the type says what is meant.
        text = "" if "format" in str(error) or "macro" in str(error) else show(str(error))
        return f"raised {type(error).__name__} {text}"


# Random uses of a compiler.

WORDS = ["a", "b c", "z", "libx", "", "x=1", "quo'te", 'dou"ble', "ünï", "caf\udce9", "-lm", "."]
FOLDERS = [".", "inc", "/usr/include", "a b/c", "lib", "/usr/lib", "/System/Lib", "/usr/local/lib", "..", "é"]
SOURCES = ["a.c", "src/b.cpp", "/abs/c.cc", "../up/d.C", "e.m", "f.cxx", "g.x.c", "dir.d/h.c", "sp ace/i.c"]
ODD_SOURCES = [
    "none",
    "odd.f90",
    ".c",
    "x.",
    "C:/drive/j.c",
    "C:\\drive\\k.c",
    "n\nl.c",
    "caf\udce9.c",
    "\udcff/ü.cc",
]
COMMANDS = ["gcc -pthread", "cc", "clang -fPIC", "env A=1 B=2 gcc -shared", "/usr/bin/env g++", "'my cc' -x"]
LINKERS = ["gcc -shared", "/opt/ld_so_aix gcc -bI:x", "ld_so_aix xlc", "cc", "g++ -shared -O"]
# Before the linkers and the compiler of C++ alike: CPython's distutils makes no command of them otherwise.
FRONTS = ["", "", "env A=1 ", "/usr/bin/env A=1 B=2 "]
PLATFORMS = ["linux", "darwin", "freebsd13", "hp-ux11", "cygwin", "sunos5", "win32"]


class Apple:
    """Stands in for Python's module for Apple's tools."""

    @staticmethod
    def compiler_fixup(compiler, arguments):
        return [*compiler, f"-fixed-for-{len(arguments)}"]

    @staticmethod
    def _default_sysroot(compiler):
        return f"/sdk-of-{compiler}"


class Dice:
    """What a random use is made of."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pick = self.random.choice

    def maybe(self, make, *odd):
        """None, what `make` makes, or rarely what it must not be."""
        number = self.random.random()
        if number < 0.3:
            return None
        return self.pick(odd) if odd and number > 0.95 else make()

    def list_of(self, items, most=3):
        chosen = [self.pick(items) for _ in range(self.random.randint(0, most))]
        return tuple(chosen) if self.random.random() < 0.1 else chosen

    def macro(self):
        number = self.random.random()
        if number < 0.03:
            return self.pick(["NAME", ("A", "b", "c"), (), ["A", "1"], ("A", 1), (1,)])
        name = self.pick(["A", "B", "A", "_X", "ü"])
        return (name,) if number < 0.3 else (name, self.pick([None, "1", '"quoted"', "a b", ""]))

    def macros(self):
        return [self.macro() for _ in range(self.random.randint(0, 3))]

    def words(self):
        return self.list_of(WORDS)

    def folders(self):
        return self.list_of(FOLDERS)

    def libraries(self):
        return self.list_of(["m", "z", "lib/have", "lib/none", "lib/both", "/usr/lib/q", "a b"])

    def sources(self):
        return [self.pick(SOURCES) for _ in range(self.random.randint(0, 3))]

    def objects(self):
        return self.list_of(["old.o", "new.o", "build/x.o", "missing.o"])

    def output_dir(self):
        return self.maybe(lambda: self.pick(["", "build", "a/b c", f"{HERE}/abs", "build/"]), 5)

    def debug(self):
        return self.pick([0, 1, None, True])

    def language(self):
        return self.pick([None, "c", "c++", "c++", "objc"])


def make_files():
    """Libraries to find, and objects that are older and newer than what is made of them."""
    for folder in ["a/b c", "own/deep", "abs"]:
        os.makedirs(folder)
    for number, name in enumerate(
        [
            "old.o",
            "a.c",
            "build/x.o",
            "out.so",
            "lib/libhave.a",
            "build/libz.a",
            "new.o",
            "lib/libboth.a",
            "lib/libboth.so",
        ]
    ):
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "w"):
            pass
        os.utime(name, (number * 1000, number * 1000))


def customize(compiler, dice):
    """What scripts do to a compiler before they use it."""
    front = dice.pick(FRONTS)
    compiler.set_executables(compiler_cxx=front + dice.pick(["g++ -a -b -c -d", "c++"]))
    for name in compiler.executables:
        links = name.startswith("linker")
        if name != "compiler_cxx" and (dice.random.random() < 0.6 or (links and front)):
            command = front + dice.pick(LINKERS) if links else dice.pick(COMMANDS)
            value = command if dice.random.random() < 0.5 else command.split()
            compiler.set_executables(**{name: value})
    for add, values in [
        (compiler.add_include_dir, FOLDERS),
        (compiler.add_library, ["c", "lib/have"]),
        (compiler.add_library_dir, FOLDERS),
        (compiler.add_runtime_library_dir, FOLDERS),
        (compiler.add_link_object, ["extra.o"]),
    ]:
        if dice.random.random() < 0.3:
            add(dice.pick(values))
    for setter in ["include_dirs", "libraries", "library_dirs", "runtime_library_dirs", "link_objects"]:
        if dice.random.random() < 0.1:
            getattr(compiler, f"set_{setter}")(dice.list_of(["one", "two"]))
    for _ in range(dice.random.randint(0, 3)):
        name = dice.pick(["A", "B", "C"])
        if dice.random.random() < 0.3:
            compiler.undefine_macro(name)
        else:
            compiler.define_macro(name, dice.pick([None, "1", "a b"]))
    if dice.random.random() < 0.1:
        setattr(compiler, dice.pick(["macros", "include_dirs", "libraries", "objects"]), None)
    if dice.random.random() < 0.2:
        compiler.output_dir = dice.pick(["own", "own/deep", ""])
    if dice.random.random() < 0.3:
        compiler.preprocessor = dice.pick([["gcc", "-E"], ["cpp"], None])
    if dice.random.random() < 0.2:
        compiler.exe_extension = ".exe"


def uses(compiler, dice):
    """Everything a compiler can be asked for, each with random arguments."""
    link = dict(
        output_dir=dice.output_dir(),
        libraries=dice.maybe(dice.libraries, "m"),
        library_dirs=dice.maybe(dice.folders, 3),
        runtime_library_dirs=dice.maybe(dice.folders, "r"),
        debug=dice.debug(),
        extra_preargs=dice.maybe(dice.words),
        extra_postargs=dice.maybe(dice.words),
        target_lang=dice.language(),
    )
    more = dict(export_symbols=dice.maybe(dice.words), build_temp=dice.maybe(lambda: "temp"))
    compile = dict(
        output_dir=dice.output_dir(),
        macros=dice.maybe(dice.macros, "X", (("A",),)),
        include_dirs=dice.maybe(dice.folders, "inc"),
        debug=dice.debug(),
        extra_preargs=dice.maybe(dice.words),
        extra_postargs=dice.maybe(lambda: list(dice.words())),
        depends=dice.maybe(dice.words),
    )
    sources = dice.sources() + ([dice.pick(ODD_SOURCES)] if dice.random.random() < 0.2 else [])
    name = dice.pick(["out", "out.so", "deep/out", "", "/abs/z", "libz"])
    kind = dice.pick(["static", "shared", "dylib", "xcode_stub", "import", ""])
    naming = dict(strip_dir=dice.pick([0, 1, None]), output_dir=dice.pick(["", "o", "/o", None, "o/"]))
    target = dice.pick(["shared_object", "shared_library", "executable", "else"])
    macros = [dice.macro() for _ in range(3)]
    return [
        ("compile", (sources,), compile),
        ("compile", (sources, *list(compile.values())[: dice.random.randint(0, 7)]), {}),
        ("link", (target, dice.objects(), name), {**link, **more}),
        ("link_shared_object", (dice.objects(), name), {**link, **more}),
        ("link_shared_lib", (dice.objects(), name), {**link, **more}),
        ("link_executable", (dice.objects(), name), link),
        (
            "create_static_lib",
            (dice.maybe(dice.objects, 4), dice.pick(["z", "deep/z", "q"])),
            dict(output_dir=dice.pick(["build", "", None, "new"]), debug=dice.debug()),
        ),
        (
            "preprocess",
            (dice.pick(["old.o", "new.o", "a.c"]),),
            dict(
                output_file=dice.pick([None, "", "deep/a.i", "build/x.o"]),
                macros=compile["macros"],
                include_dirs=compile["include_dirs"],
                extra_preargs=compile["extra_preargs"],
                extra_postargs=compile["extra_postargs"],
            ),
        ),
        ("object_filenames", (dice.sources() + [dice.pick(ODD_SOURCES)],), naming),
        ("shared_object_filename", (name,), naming),
        ("executable_filename", (name,), naming),
        ("library_filename", (name, kind), naming),
        ("detect_language", (dice.pick([sources, "a.cpp", "a.F", [], tuple(sources)]),), {}),
        ("find_library_file", (dice.folders(), dice.pick(["have", "none", "both", "z"])), {}),
        ("runtime_library_dir_option", (dice.pick(FOLDERS),), {}),
        ("_check_macro_definitions", ([macro for macro in macros if len(macro) != 1],), {}),
        ("_find_macro", (dice.pick(["A", "B", "Z"]),), {}),
        ("_fix_compile_args", (compile["output_dir"], compile["macros"], compile["include_dirs"]), {}),
        ("_fix_lib_args", (link["libraries"], link["library_dirs"], link["runtime_library_dirs"]), {}),
        ("_fix_object_args", (dice.objects(), link["output_dir"]), {}),
        ("_get_cc_args", (list(dice.words()), dice.debug(), compile["extra_preargs"]), {}),
        ("_prep_compile", (sources, compile["output_dir"]), {}),
        ("set_executable", (dice.pick(["compiler_so", "new"]), dice.pick(["a 'b c'", ["a"], None, "'"])), {}),
        ("set_executables", (), {dice.pick(["compiler", "unknown"]): "a b"}),
    ]


def use(seed):
    """One compiler, and what comes of some uses of it."""
    dice = Dice(seed)
    trace = []

    def spawn(cmd, **keywords):
        trace.append("spawn " + show(cmd) + show(keywords))
        if dice.random.random() < 0.05:
            raise ccompiler.DistutilsExecError("command failed")

    saved = {
        "platform": sys.platform,
        "os_path": os.path,
        "config": sysconfig.get_config_var,
        "functions": (ccompiler.spawn, ccompiler.mkpath),
    }
    variables = {
        "CC": dice.pick(["gcc -pthread", "/usr/bin/clang", "cc", "xlc_r"]),
        "GNULD": dice.pick(["yes", "no", None]),
        "CFLAGS": dice.pick(["-O2", "-O -isysroot /SDK -g", "-isysroot/Tight", "-isysroot"]),
    }
    on_windows = dice.random.random() < 0.1
    ccompiler.spawn = spawn
    ccompiler.mkpath = lambda name, mode, dry_run: trace.append(f"mkpath {show(name)} {mode} {dry_run}")
    sysconfig.get_config_var = variables.get
    unixccompiler._osx_support = Apple
    sys.platform = dice.pick(PLATFORMS)
    os.path = ntpath if on_windows else posixpath
    try:
        flags = {"dry_run": dice.pick([0, 0, 1]), "force": dice.pick([0, 1])}
        compiler = ccompiler.new_compiler(compiler="unix", **flags)
        compiler.warn = lambda text: trace.append(f"warn {text}")
        customize(compiler, dice)
        for method, args, kwargs in uses(compiler, dice):
            trace.append(f"{method} {show(args)} {show(kwargs)}")
            trace.append(outcome(getattr(compiler, method), *args, **kwargs))
        for name in sorted({*vars(compiler), *compiler.executables} - {"warn"}):
            trace.append(f"{name} = {show(getattr(compiler, name))}")
    finally:
        sys.platform, os.path, sysconfig.get_config_var = saved["platform"], saved["os_path"], saved["config"]
        ccompiler.spawn, ccompiler.mkpath = saved["functions"]
        del unixccompiler._osx_support
    return trace


# Scenarios with overrides.


def compile_two(compiler):
    return compiler.compile(
        ["src/a.c", "b.cpp"], "build", [("A", "1")], ["inc"], 1, ["-pre"], ["-post"], ["depend.h"]
    )


def lists_and_macros(compiler):
    compiler.define_macro("A", "1")
    compiler.undefine_macro("A")
    for name in ["include_dir", "library", "library_dir", "runtime_library_dir", "link_object"]:
        getattr(compiler, f"add_{name}")("one")
        getattr(compiler, "set_" + (name[:-1] + "ies" if name == "library" else name + "s"))(["two"])
    compiler.set_executables(compiler="cc -O", archiver=["ar"])


def link_everything(compiler):
    options = dict(libraries=["m", "lib/have", "lib/none"], library_dirs=["l"], runtime_library_dirs=["r"])
    compiler.link_shared_object(["a.o"], "m.so", "out", export_symbols=["init"], build_temp="t", **options)
    compiler.link_shared_lib(("a.o",), "z", "out", debug=None, extra_preargs=["-p"], **options)
    compiler.link_executable(["a.o"], "prog", target_lang="c++", extra_postargs=["-q"], **options)


def archive(compiler):
    compiler.ranlib = ["ranlib"]
    compiler.create_static_lib(["a.o"], "z", "out", 1, "c")


def preprocess(compiler):
    compiler.preprocessor = ["cc", "-E"]
    compiler.preprocess("a.c", "deep/a.i", [("A",)], ["inc"], ["-p"], ["-q"])
    compiler.preprocess("a.c")


def only_what_is_outdated(compiler):
    compiler.force = 0
    compiler.preprocessor = ["cc", "-E"]
    compiler.preprocess("a.c", "build/x.o")
    compiler.preprocess("a.c", "old.o")
    compiler.create_static_lib(["old.o"], "z", "build")
    compiler.link_shared_object(["old.o"], "out.so")
    compiler.dry_run = 1
    compiler.link_shared_object(["old.o", "none.o"], "out.so")


def look_around(compiler):
    compiler.find_library_file(["l"], "z", 1)
    compiler.detect_language(["a.c", "b.cc"])
    compiler.announce("text", 2)
    compiler.debug_print("text")
    compiler.warn("text")
    compiler.execute(str, ("x",), "saying")
    compiler.execute(str, ("x",))
    compiler.spawn(["true", "x"])
    compiler.mkpath("here/there")
    compiler.mkpath("here", 0o700)
    compiler.shared_object_filename("a")
    compiler._prep_compile(["a.c"], "out", ["depend.h"])
    compiler._check_macro_definitions([("A", None)])
    with open("file", "w"):
        pass
    compiler.move_file("file", "./moved")
    os.remove("moved")


def has_function(compiler):
    compiler.has_function("printf", ["stdio.h"], ["inc"], ["m"], ["l"])


def failing(compiler):
    compiler.compile(["a.unknown"], "build")


def choose(compiler):
    ccompiler.new_compiler(verbose=1, dry_run=1, force=1)
    ccompiler.new_compiler("posix", "unix")
    ccompiler.show_compilers()


SCENARIOS = {
    function.__name__: function
    for function in [
        compile_two,
        lists_and_macros,
        link_everything,
        archive,
        preprocess,
        only_what_is_outdated,
        look_around,
        has_function,
        failing,
        choose,
    ]
}


def catalogue():
    cls = unixccompiler.UnixCCompiler
    methods = {name for base in cls.__mro__ if base is not object for name in vars(base)}
    return {
        "methods": sorted(n for n in methods if not n.startswith("__") and callable(getattr(cls, n))),
        "functions": {
            module: sorted(
                name
                for name, value in vars(namespace).items()
                if isinstance(value, (types.FunctionType, types.BuiltinFunctionType))
                and (value.__module__ or "").startswith(("distutils", "oxidist"))
                and not (value.__module__ or "").endswith(".log")
            )
            for module, namespace in MODULES.items()
        },
        "scenarios": list(SCENARIOS),
        "tables": tables(),
    }


def tables():
    """What is not called: attributes of the classes, tables of the module, and what users see of these."""
    sys.stdout = io.StringIO()
    ccompiler.show_compilers()
    shown = {"show_compilers": sys.stdout.getvalue()}
    for name in ("compiler_class", "_default_compilers"):
        shown[name] = show(getattr(ccompiler, name))
    for cls in (ccompiler.CCompiler, unixccompiler.UnixCCompiler):
        for name in dir(cls):
            if not name.startswith("__") and not callable(getattr(cls, name)):
                shown[f"{cls.__name__}.{name}"] = show(getattr(cls, name))
    return shown


def watched(trace, owner, hook, original, has_self):
    def override(*args, **kwargs):
        named = [f"{name}={show(value)}" for name, value in sorted(kwargs.items())]
        trace.append([owner, hook, ", ".join([*map(show, args[has_self:]), *named])])
        if original is None:
            return None
        return original(*args, **kwargs)

    override.__name__ = hook
    return override


def round_of(scenario, way, hooks):
    """One scenario on one compiler with these `[owner, hook]` overridden: the calls that reach them."""
    trace = []
    cls = unixccompiler.UnixCCompiler
    methods = [hook for owner, hook in hooks if owner == "compiler"]
    functions = [(owner, hook) for owner, hook in hooks if owner != "compiler"]
    undo = []

    def replace(target, name, value):
        had = name in vars(target)
        undo.append((target, name, had, vars(target).get(name)))
        setattr(target, name, value)

    try:
        # No program is run: what would run it is the last function of distutils that is called.
        noted = trace if not functions or ("ccompiler", "spawn") in functions else []
        replace(ccompiler, "spawn", watched(noted, "ccompiler", "spawn", None, 0))
        for module, name in functions:
            if name != "spawn":
                original = getattr(MODULES[module], name)
                replace(MODULES[module], name, watched(trace, module, name, original, 0))
        if way == "subclass":
            cls = type("Sub", (cls,), {n: watched(trace, "compiler", n, getattr(cls, n), 1) for n in methods})
        elif way == "class":
            for name in methods:
                replace(cls, name, watched(trace, "compiler", name, getattr(cls, name), 1))
        compiler = cls(None, 0, 1)
        if way == "instance":
            for name in methods:
                setattr(compiler, name, watched(trace, "compiler", name, getattr(compiler, name), 0))
        try:
            SCENARIOS[scenario](compiler)
        except Exception as error:
            trace.append(["", "raised", f"{type(error).__name__} {error}"])
    finally:
        for target, name, had, value in reversed(undo):
            if had:
                setattr(target, name, value)
            else:
                delattr(target, name)
    return trace


def main():
    plan = json.load(sys.stdin)
    tempfile.tempdir = HERE
    os.environ["TMPDIR"] = HERE
    make_files()
    answer = sys.stdout
    # What distutils prints is not the answer.
    sys.stdout = open(os.devnull, "w")
    if not os.environ.get("SEAMS_STDERR"):
        sys.stderr = open(os.devnull, "w")
    if "commands" in plan:
        result = {seed: use(seed) for seed in range(*plan["commands"])}
    elif "rounds" in plan:
        result = [round_of(each["scenario"], each["way"], each["hooks"]) for each in plan["rounds"]]
    else:
        result = catalogue()
    json.dump(result, answer)


main()
