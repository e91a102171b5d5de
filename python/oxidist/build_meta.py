"""The build backend: `build-backend = "oxidist.build_meta"` in pyproject.toml (PEP 517, PEP 660).

It runs the project's setup.py where there is one. `oxidist.build_meta:legacy` is the same with the project's
folder on `sys.path`, for scripts that import modules from beside themselves. What goes wrong ends the process
with one line, as `setup()` does it: front ends show that instead of a traceback.
"""

import contextlib
import os
import shlex
import sys
import threading
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

# Folders of installed packages, by the names that installers give them.
INSTALLED = ("site-packages", "dist-packages")

# What is at the root of an environment.
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")


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
        with _turn():
            folder = _metadata_folder(metadata_directory)
            # In a folder of its own: whatever else is in `metadata_directory` may look like the answer.
            with _folder_within(folder) as work:
                with self._running(["dist_info", f"--output-dir={work}"], config_settings) as distribution:
                    made = distribution.command_obj.get("dist_info")
                    told = os.path.basename(str(getattr(made, "dist_info_dir", "")))
                found = sorted(name for name in os.listdir(work) if name.endswith(".dist-info"))
                name = _only([told] if told in found else found, "dist_info")
                if os.path.lexists(os.path.join(folder, name)):
                    os.rename(os.path.join(folder, name), os.path.join(work, "earlier"))
                os.rename(os.path.join(work, name), os.path.join(folder, name))
        return name

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
        with _turn():
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
        with _turn():
            command = ["editable_wheel", f"--dist-dir={os.path.abspath(wheel_directory)}"]
            with self._running(command, config_settings) as distribution:
                return _made(distribution, ".whl", "editable_wheel")

    def build_sdist(self, sdist_directory: str, config_settings: Settings | None = None) -> str:
        """Make a source archive in `sdist_directory`; its name is returned."""
        with _turn():
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
                sys.exit(f"error: {_core.shown(error)}")
            try:
                yield _ran(args)
            finally:
                _core.end_backend_run()


# Working folder, `sys.argv` and `sys.path` are the whole process's: one hook at a time has them.
_lock = threading.RLock()

# The working folder of the hook that has its turn.
_folder: str | None = None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other thread runs a hook. A thread that has gone to another project's folder is told."""
    global _folder
    if not _lock.acquire(blocking=False):
        there, here = _folder, os.getcwd()
        if there is not None and not _is_below(here, there):
            raise RuntimeError(
                f"a hook of the build backend runs in '{there}' in another thread, and the working folder "
                f"is now '{here}': build several projects in a process each, since threads share that folder"
            )
        _lock.acquire()
    outer, _folder = _folder, os.getcwd()
    try:
        yield
    finally:
        _folder = outer
        _lock.release()


def _metadata_folder(metadata_directory: str) -> str:
    """The folder as an absolute path; one line where there is none."""
    if metadata_directory and os.path.isdir(metadata_directory):
        return os.path.abspath(metadata_directory)
    what = f"'{metadata_directory}' is not a folder" if metadata_directory else "it is empty"
    sys.exit(f"error: metadata_directory: {what}: a front end makes the folder before it asks for metadata")


@contextlib.contextmanager
def _folder_within(folder: str) -> Iterator[str]:
    """A new folder in `folder`, gone afterwards with all that is still in it."""
    import shutil
    import tempfile

    try:
        work = tempfile.mkdtemp(prefix=".oxidist-", dir=folder)
    except OSError as error:
        sys.exit(f"error: metadata_directory: cannot write to '{folder}': {error.strerror}")
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


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
        # Another project may have modules of the same name. What is installed stays: numpy and others
        # cannot be loaded a second time.
        own = _Sources(folder)
        for name in set(sys.modules) - loaded:
            if own.have(sys.modules[name]):
                del sys.modules[name]


class _Sources:
    """The files of the project in `folder`, without those of environments and of installed packages in it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._pythons = [
            path
            for path in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
            if path != folder and _is_below(path, folder)
        ]
        self._installed: dict[str, bool] = {}

    def have(self, module: "ModuleType") -> bool:
        """Whether a module, or all parts of a namespace, come from the project's own sources."""
        file = getattr(module, "__file__", None)
        try:
            places = [file] if file is not None else list(getattr(module, "__path__", ()))
        except Exception:  # a module may answer anything
            return False
        return bool(places) and all(isinstance(place, str) and self._has(place) for place in places)

    def _has(self, place: str) -> bool:
        place = os.path.abspath(place)
        spellings = [path for path in (place, os.path.realpath(place)) if _is_below(path, self._folder)]
        return bool(spellings) and not any(
            any(_is_below(path, python) for python in self._pythons)
            or self._is_installed(os.path.dirname(path))
            for path in spellings
        )

    def _is_installed(self, folder: str) -> bool:
        """Whether a folder is one of installed packages or of an environment in the project, or is in one."""
        if folder == self._folder or not _is_below(folder, self._folder):
            return False
        if folder not in self._installed:
            self._installed[folder] = (
                self._is_installed(os.path.dirname(folder))
                or os.path.basename(folder) in INSTALLED
                or folder.endswith(".egg")
                or any(os.path.exists(os.path.join(folder, name)) for name in ENVIRONMENT)
                or _has_installed(folder)
            )
        return self._installed[folder]


def _has_installed(folder: str) -> bool:
    """Whether an installer has put distributions here (`pip install --target`)."""
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    found = (name for name in names if name.endswith(".dist-info"))
    return any(os.path.exists(os.path.join(folder, name, "INSTALLER")) for name in found)


def _is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder, or in it. Both are absolute."""
    return path == folder or path.startswith(os.path.join(folder, ""))


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
