"""The build backend: `build-backend = "oxidist.build_meta"` in pyproject.toml (PEP 517, PEP 660).

It runs the project's setup.py where there is one. `oxidist.build_meta:legacy` is the same with the project's
folder on `sys.path`, for scripts that import modules from beside themselves. What goes wrong ends the process
with one line, as `setup()` does it: front ends show that instead of a traceback.
"""

import contextlib
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from distutils.dist import Distribution
    from types import ModuleType

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "legacy",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

# What front ends are told with `--config-setting`: strings, or lists of them.
Settings = Mapping[str, "str | Sequence[str] | None"]

# Words for the command line, in front of the command and behind it.
GLOBAL, BUILD = "--global-option", "--build-option"

# What is ours, or sits on ours, while a hook runs, and must not be for anybody else.
PACKAGES = ("distutils", "setuptools", "pkg_resources", "_distutils_hack")

# Our modules between two hooks: each exists once in a process.
_kept: "dict[str, ModuleType]" = {}


class Backend:
    """The hooks. `on_path`: the project's folder is on `sys.path` while they run."""

    def __init__(self, on_path: bool) -> None:
        self._on_path = on_path

    def get_requires_for_build_wheel(self, config_settings: Settings | None = None) -> list[str]:
        """Nothing more than `[build-system] requires` has."""
        return []

    def get_requires_for_build_sdist(self, config_settings: Settings | None = None) -> list[str]:
        """Nothing more than `[build-system] requires` has."""
        return []

    def get_requires_for_build_editable(self, config_settings: Settings | None = None) -> list[str]:
        """Nothing more than `[build-system] requires` has."""
        return []

    def prepare_metadata_for_build_wheel(
        self, metadata_directory: str, config_settings: Settings | None = None
    ) -> str:
        """Make the `.dist-info` folder in `metadata_directory`; its name is returned."""
        folder = os.path.abspath(metadata_directory)
        before = set(os.listdir(folder))
        command = ["dist_info", f"--output-dir={folder}"]
        with self._running(command, config_settings):
            found = [name for name in os.listdir(folder) if name.endswith(".dist-info")]
        return _only([name for name in found if name not in before] or found, "dist_info")

    def prepare_metadata_for_build_editable(
        self, metadata_directory: str, config_settings: Settings | None = None
    ) -> str:
        """The same: an editable wheel has a wheel's metadata."""
        return self.prepare_metadata_for_build_wheel(metadata_directory, config_settings)

    def build_wheel(
        self,
        wheel_directory: str,
        config_settings: Settings | None = None,
        metadata_directory: str | None = None,
    ) -> str:
        """Make a wheel in `wheel_directory`; its name is returned.

        What is in `metadata_directory` would be made again the same, and is not looked at.
        """
        command = ["bdist_wheel", f"--dist-dir={os.path.abspath(wheel_directory)}"]
        command += _words(config_settings, BUILD)
        with self._running(command, config_settings) as distribution:
            return _made(distribution, ".whl", "bdist_wheel")

    def build_editable(
        self,
        wheel_directory: str,
        config_settings: Settings | None = None,
        metadata_directory: str | None = None,
    ) -> str:
        """Build in place, and make a wheel by which the project is imported from where it lies; its name."""
        command = ["editable_wheel", f"--dist-dir={os.path.abspath(wheel_directory)}"]
        with self._running(command, config_settings) as distribution:
            return _made(distribution, ".whl", "editable_wheel")

    def build_sdist(self, sdist_directory: str, config_settings: Settings | None = None) -> str:
        """Make a source archive in `sdist_directory`; its name is returned."""
        command = ["sdist", "--formats=gztar", f"--dist-dir={os.path.abspath(sdist_directory)}"]
        with self._running(command, config_settings) as distribution:
            return _made(distribution, ".tar.gz", "sdist")

    @contextlib.contextmanager
    def _running(self, command: list[str], settings: Settings | None) -> "Iterator[Distribution]":
        """Run the project with `command`; the process is as it was when this ends."""
        from oxidist import _core, setup_script

        options = {name: value for name, value in (settings or {}).items() if name not in (GLOBAL, BUILD)}
        args = _words(settings, GLOBAL) + command
        with _put_back(), _distutils():
            if self._on_path:
                sys.path.insert(0, os.getcwd())
            if setup_script.name() is None:
                sys.exit(f"error: there is neither a setup.py nor a pyproject.toml in '{os.getcwd()}'")
            from distutils.errors import DistutilsError

            try:
                _core.begin_backend_run(options)
            except DistutilsError as error:
                sys.exit(f"error: {error}")
            try:
                yield _ran(args)
            finally:
                _core.end_backend_run()


def _ran(args: list[str]) -> "Distribution":
    """Run the project; the distribution that its `setup()` made."""
    from distutils import core

    from oxidist import setup_script

    core._setup_distribution = None
    try:
        setup_script.run(args)
    except SystemExit as end:
        # A script may end itself when all is done.
        if end.code not in (None, 0):
            raise
    if core._setup_distribution is None:
        sys.exit("error: setup.py did not call setup()")
    return core._setup_distribution


def _words(settings: Settings | None, name: str) -> list[str]:
    """A setting's words for the command line: a string is split as a shell does it, a list is taken as is."""
    value = (settings or {}).get(name)
    if value is None:
        return []
    try:
        return shlex.split(value) if isinstance(value, str) else [str(word) for word in value]
    except ValueError as error:
        sys.exit(f"error: config setting '{name}': {error} (in {value!r})")


def _made(distribution: "Distribution", suffix: str, command: str) -> str:
    names = [os.path.basename(entry[-1]) for entry in distribution.dist_files]
    return _only([name for name in names if name.endswith(suffix)], command)


def _only(names: list[str], command: str) -> str:
    """The last one of what a command made, which should be one."""
    if not names:
        sys.exit(f"error: the command {command} has made nothing: is it one of the project's own?")
    return names[-1]


@contextlib.contextmanager
def _put_back() -> Iterator[None]:
    """Working folder, `sys.argv`, `sys.path`, environment and `__main__` are afterwards what they were."""
    folder, argv, path = os.getcwd(), sys.argv, sys.path
    words, entries, environment = argv[:], path[:], dict(os.environ)
    main_module, loaded = sys.modules["__main__"], set(sys.modules)
    try:
        yield
    finally:
        os.chdir(folder)
        argv[:], path[:] = words, entries
        sys.argv, sys.path = argv, path
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        for name, value in environment.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
        sys.modules["__main__"] = main_module
        # Another project may have modules of the same name.
        for name in set(sys.modules) - loaded:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and os.path.realpath(file).startswith(os.path.join(folder, "")):
                del sys.modules[name]


@contextlib.contextmanager
def _distutils() -> Iterator[None]:
    """Our distutils is the process's, and afterwards what it had before is."""

    def taken() -> "dict[str, ModuleType]":
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES}

    finders, before = sys.meta_path[:], taken()
    already = any(getattr(finder, "__module__", "") == "oxidist.activate" for finder in finders)
    if not already:
        for name in before:
            del sys.modules[name]
        sys.modules.update(_kept)
    from oxidist import activate

    if activate.Finder not in sys.meta_path:
        activate.activate()
    from distutils import log

    threshold = log.set_threshold(log.WARN)
    try:
        yield
    finally:
        log.set_threshold(threshold)
        sys.meta_path[:] = finders
        if not already:
            for name, module in taken().items():
                if name.partition(".")[0] == "distutils":
                    _kept[name] = module
                del sys.modules[name]
            sys.modules.update(before)


backend, legacy = Backend(on_path=False), Backend(on_path=True)

# The name that such a twin has elsewhere.
__legacy__ = legacy

get_requires_for_build_wheel = backend.get_requires_for_build_wheel
get_requires_for_build_sdist = backend.get_requires_for_build_sdist
get_requires_for_build_editable = backend.get_requires_for_build_editable
prepare_metadata_for_build_wheel = backend.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = backend.prepare_metadata_for_build_editable
build_editable = backend.build_editable
build_wheel = backend.build_wheel
build_sdist = backend.build_sdist
