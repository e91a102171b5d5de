"""Instances of this library's classes are made, copied and pickled as those of classes written in Python."""

from __future__ import annotations

import copy
import importlib
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# The modules of distutils whose classes are Python code in CPython 3.10, and the commands.
MODULES = (
    "cmd",
    "dist",
    "extension",
    "filelist",
    "ccompiler",
    "unixccompiler",
    "cygwinccompiler",
    "bcppcompiler",
    "text_file",
    "fancy_getopt",
    "version",
    "versionpredicate",
    "config",
    "log",
    "util",
    "msvccompiler",
)


def classes() -> Iterator[type]:
    from distutils.command import __all__ as commands

    for name in (*MODULES, *(f"command.{name}" for name in commands if name != "bdist_msi")):
        for value in vars(importlib.import_module(f"distutils.{name}")).values():
            if (
                isinstance(value, type)
                and value.__module__ == f"distutils.{name}"
                and value.__base__ is not dict
                and not issubclass(value, BaseException)
            ):
                yield value


def each_class(check: Callable[[Any], None]) -> None:
    """`check` of every class; one failure names all classes that fail."""
    failures, found = {}, list(classes())
    for found_class in found:
        try:
            check(found_class)
        except Exception as error:
            failures[f"{found_class.__module__}.{found_class.__name__}"] = error
    assert not failures
    assert len(found) > 40


def test_object_and_every_base_make_instances_of_a_class(distutils) -> None:
    def check(base: Any) -> None:
        derived = type("Derived", (base,), {})
        mixed = type("Mixed", (type("Mixin", (), {}), derived), {"__slots__": ("slot",)})
        for new in (object.__new__, base.__new__, derived.__new__, mixed.__new__):
            for wanted in (base, derived, mixed):
                instance = new(wanted)
                assert type(instance) is wanted
                instance.attribute = 1
                assert vars(instance) == {"attribute": 1}
        instance = object.__new__(derived)
        instance.__class__ = type("Other", (base,), {})

    each_class(check)


def test_every_protocol_of_pickle_and_copy_work_for_every_class(distutils) -> None:
    def check(found: Any) -> None:
        original = object.__new__(found)
        vars(original).update(options=["a"], distribution=None)
        copies = [
            pickle.loads(pickle.dumps(original, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ]
        for made in (*copies, copy.copy(original), copy.deepcopy(original)):
            assert type(made) is found
            assert vars(made) == vars(original)
        assert copy.copy(original).options is original.options
        assert copy.deepcopy(original).options is not original.options

    each_class(check)


def test_a_new_of_the_scripts_own_and_that_of_another_base_are_asked(distutils) -> None:
    from distutils.cmd import Command
    from distutils.extension import Extension

    class Counted(Extension):
        made = 0

        def __new__(cls, *args, **keywords):
            cls.made += 1
            return super().__new__(cls)

    assert Counted("a", ["a.c"]).name == "a"
    assert Counted.made == 1

    class Mixin:
        def __new__(cls, *args):
            instance = super().__new__(cls)
            instance.mixed = args
            return instance

    class Mixed(Counted, Mixin): ...

    class First(Mixin, Command):
        def __init__(self, *args): ...

    assert Mixed("a", []).mixed == ()
    assert First(1).mixed == (1,)

    class Bare(Command):
        __init__ = object.__init__

    with pytest.raises(TypeError, match=r"Bare\(\) takes no arguments"):
        Bare(1)


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="Python lets only classes with its own kind of __dict__"
)
def test_a_command_may_be_a_dictionary_too(distutils) -> None:
    from distutils.cmd import Command

    class Both(Command, dict):
        def __init__(self, *args): ...

    for instance in (Both(), dict.__new__(Both), Both.__new__(Both)):
        instance["key"] = 1
        assert instance == {"key": 1}
    with pytest.raises(TypeError, match="not safe"):
        object.__new__(Both)


POOLS = """
import copy, multiprocessing, pickle, sys
from distutils.core import setup, Extension
from distutils.command.build_py import build_py as base
from distutils.command.build_ext import build_ext as base_ext


class build_py(base):
    def size(self, name):
        return name, len(self.get_package_dir(name)), self.distribution.get_name()

    def run(self):
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(1) as pool:
                print(method, pool.map(self.size, ["pkg", "other"]))
        super().run()


class build_ext(base_ext):
    def one(self, ext):
        return self.get_ext_fullname(ext.name), ext.sources

    def run(self):
        super().run()
        with multiprocessing.get_context("fork").Pool(1) as pool:
            print(pool.map(self.one, self.extensions))


if __name__ == "__main__":
    done = setup(name="d", version="1", packages=["pkg"], ext_modules=[Extension("e", ["e.c"])],
                 cmdclass={"build_py": build_py, "build_ext": build_ext})
    for protocol in range(6):
        again = pickle.loads(pickle.dumps(done, protocol))
        assert again.have_run == done.have_run and sorted(again.command_obj) == sorted(done.command_obj)
    again = copy.deepcopy(done)
    assert again.command_obj["build_py"].distribution is again
    print(sorted(again.command_obj), again.get_option_origin("build", "build_base"))
"""


def test_methods_of_commands_go_to_a_pool_and_a_distribution_that_has_run_is_pickled(
    project, run_setup, oracle
) -> None:
    files = {
        "setup.py": POOLS,
        "setup.cfg": "[build]\nbuild_base = out\n",
        "pkg/__init__.py": "",
        "e.c": "int PyInit_e(void) { return 0; }\n",
    }
    arguments = ("-q", "build", "sdist", "check")
    ours = run_setup(project(files), *arguments).stdout.splitlines()
    assert ours[-1].endswith("setup.cfg:2")
    # CPython's cannot say where an option comes from.
    files["setup.py"] = POOLS.replace(', again.get_option_origin("build", "build_base")', "")
    theirs = oracle.run("setup.py", *arguments, cwd=project(files, name="theirs")).stdout.splitlines()
    assert ours == [*theirs[:-1], f"{theirs[-1]} setup.cfg:2"]
