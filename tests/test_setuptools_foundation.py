"""What setuptools takes for granted of the distutils under it, each for itself and without a setuptools."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from types import ModuleType

import pytest
from conftest import clean_environment


@pytest.mark.parametrize("path", ["cmd.Command", "core.Command", "dist.Distribution", "extension.Extension"])
def test_classes_say_that_they_are_distutils(distutils: ModuleType, path: str) -> None:
    module, _, name = path.partition(".")
    found = getattr(importlib.import_module(f"distutils.{module}"), name)
    assert found.__module__.startswith("distutils.")
    # The first base that is not setuptools' own must be one of distutils: that is what it derives from anew.
    own = type(name, (found,), {"__module__": "setuptools"})
    first = next(base for base in inspect.getmro(own) if not base.__module__.startswith("setuptools"))
    assert first is found


@pytest.mark.parametrize(
    "path",
    [
        *("core.Command", "core.Distribution", "core.Extension", "dist.Distribution", "cmd.Distribution"),
        *("extension.Extension", "command.build_ext.Extension", "dist.DistributionMetadata", "dist.log"),
        *("log.set_threshold", "filelist.findall"),
    ],
)
def test_names_in_modules_can_be_replaced(distutils, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    module, _, name = f"distutils.{path}".rpartition(".")
    face = importlib.import_module(module)
    value = object()
    with monkeypatch.context() as patch:
        patch.setattr(face, name, value, raising=False)
        assert getattr(face, name) is value


SETUP = """
import distutils.core, distutils.dist, distutils.extension
from distutils.command.build_ext import build_ext
from distutils.core import setup


class Distribution(distutils.dist.Distribution):
    pass


class Extension(distutils.extension.Extension):
    pass


for module in distutils.dist, distutils.core, distutils.cmd:
    module.Distribution = Distribution
for module in distutils.core, distutils.extension, distutils.command.build_ext:
    module.Extension = Extension
modules = [("one", {"sources": ["one.c"]})]
done = setup(name="sail", version="1.0", ext_modules=modules, script_args=["--version"])
assert type(done) is Distribution
command = build_ext(done)
command.ensure_finalized()
command.check_extensions_list(command.extensions)
assert type(command.extensions[0]) is Extension, command.extensions
"""


def test_classes_that_are_replaced_in_modules_are_those_that_are_made(project, run_setup) -> None:
    assert run_setup(project({"setup.py": SETUP})).stdout == "1.0\n"


@pytest.mark.parametrize(
    "method",
    ["write_pkg_info", "write_pkg_file", "read_pkg_file", "get_metadata_version", "get_fullname"],
)
def test_methods_of_metadata_can_be_replaced_on_the_class(distutils, monkeypatch, method: str) -> None:
    from distutils.dist import Distribution, DistributionMetadata

    monkeypatch.setattr(DistributionMetadata, method, lambda self, *args: ("replaced", *args), raising=False)
    metadata = Distribution({"name": "sail"}).metadata
    assert getattr(metadata, method)() == ("replaced",)
    if method == "get_fullname":
        assert Distribution({"name": "sail"}).get_fullname() == ("replaced",)


def test_options_are_set_through_the_commands_dictionary(distutils) -> None:
    from distutils.dist import Distribution

    command = Distribution().get_command_obj("install")
    vars(command).update(root="/r", prefix="/p")
    assert (command.root, command.prefix) == ("/r", "/p")
    command.ensure_finalized()
    again = command.reinitialize_command("install")
    vars(again).update(skip_build=True)
    assert again is command and again.root is None and again.skip_build is True


def test_it_is_a_package_in_a_file_with_a_spec(distutils) -> None:
    assert distutils.__spec__.origin == distutils.__file__
    assert distutils.__file__.endswith("__init__.py")
    assert importlib.import_module("distutils.core").__file__.endswith("core.py")


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("sysconfig", ["_config_vars"]),
        ("command.build_scripts", ["first_line_re"]),
        ("fancy_getopt", ["translate_longopt"]),
        ("command", ["__all__"]),
        (
            "command.sdist.sdist",
            ["_add_defaults_optional", "_add_defaults_data_files", "_add_defaults_python"],
        ),
        ("_modified", ["newer", "newer_group", "newer_pairwise", "newer_pairwise_group"]),
        ("dist", ["_ensure_list"]),
        ("ccompiler", ["CCompiler", "new_compiler"]),
        ("command.install.install", ["sub_commands"]),
        ("command.bdist.bdist", ["format_commands"]),
    ],
)
def test_names_that_begin_with_an_underscore_are_there(distutils, module: str, names: list[str]) -> None:
    parts = f"distutils.{module}".split(".")
    depth = len(parts) - (parts[-1] == parts[-2])
    found = importlib.import_module(".".join(parts[:depth]))
    for part in parts[depth:]:
        found = getattr(found, part)
    assert [name for name in names if not hasattr(found, name)] == []


def test_configuration_variables_that_are_changed_change_compilers(distutils, monkeypatch) -> None:
    from distutils import sysconfig
    from distutils.ccompiler import new_compiler

    sysconfig.get_config_var("LDSHARED")
    monkeypatch.setitem(sysconfig._config_vars, "CCSHARED", " -dynamiclib")
    compiler = new_compiler()
    sysconfig.customize_compiler(compiler)
    assert "-dynamiclib" in compiler.compiler_so


def test_importing_all_of_it_warns_of_nothing(clean_home, tmp_path) -> None:
    code = """
import oxidist.activate, distutils.command, importlib, pkgutil
for name in distutils.command.__all__:
    importlib.import_module(f"distutils.command.{name}")
for module in pkgutil.iter_modules(distutils.__path__):
    importlib.import_module(f"distutils.{module.name}")
from distutils import sysconfig
from distutils.core import Distribution, Extension
distribution = Distribution({"name": "sail", "version": "1", "ext_modules": [Extension("one", ["one.c"])]})
for name in set(distutils.command.__all__) - {"egg_info"}:  # there for those who name it on the command line
    distribution.get_command_obj(name)
distribution.get_command_obj("build_ext").ensure_finalized()
distribution.get_command_obj("install").ensure_finalized()
sysconfig.get_config_vars(), sysconfig.get_python_inc(), sysconfig.get_makefile_filename()
"""
    environment = clean_environment(clean_home)
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


CALLED = """
import inspect
from distutils.cmd import Command
from distutils.core import setup


class look(Command):
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        frames = inspect.getouterframes(inspect.currentframe())[1:3]
        print(*(f"{frame.frame.f_globals['__name__']}:{frame.function}" for frame in frames))


class other(look):
    def run(self):
        self.run_command("look")


setup(name="sail", version="1.0", cmdclass={"look": look, "other": other})
"""


def test_a_command_sees_by_its_callers_whether_the_command_line_has_named_it(project, run_setup) -> None:
    folder = project({"setup.py": CALLED})
    told = run_setup(folder, "-q", "look").stdout
    assert told == "distutils.dist:run_command distutils.dist:run_commands\n"
    assert "run_commands" not in run_setup(folder, "-q", "other").stdout


VERSIONS = """
import sys
sys.modules["setuptools"] = type(sys)("setuptools")
sys.modules["setuptools"].__version__ = sys.argv[1]
from distutils.dist import DistributionMetadata
metadata = DistributionMetadata()
names = "description", "long_description", "url", "license", "author", "contact", "platforms", "download_url"
print([getattr(metadata, "get_" + name)() for name in names], metadata.get_name())
"""


def test_what_is_missing_in_metadata_is_left_out_where_setuptools_counts_on_it(project, run_setup) -> None:
    folder = project({"setup.py": VERSIONS})
    assert run_setup(folder, "61.3.1").stdout == f"{['UNKNOWN'] * 6 + [['UNKNOWN'], 'UNKNOWN']} UNKNOWN\n"
    assert run_setup(folder, "62.0.0").stdout == f"{[None] * 8} UNKNOWN\n"
