"""Finds modules of a project that was installed in editable mode where they lie."""

import os
import sys

# Relative places are below the folder of this file.
MAPPING = {}
NAMESPACES = set()
SHARED = {}

_HERE = os.path.dirname(os.path.abspath(__file__))


def _base(name):
    """Where a package or module is, without an ending; None for one that is not ours."""
    if name in MAPPING:
        return os.path.join(_HERE, MAPPING[name])
    outer, _, last = name.rpartition(".")
    base = _base(outer) if outer else None
    return base and os.path.join(base, last)


class _Finder:
    """Finds what is in the mapping, after all others were asked."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in NAMESPACES:
            return cls._package(name, None, [])
        return cls._at(name, _base(name)) if name in MAPPING else None

    @classmethod
    def _at(cls, name, base):
        from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES
        from importlib.util import spec_from_file_location

        suffixes = EXTENSION_SUFFIXES + SOURCE_SUFFIXES + BYTECODE_SUFFIXES
        folders = [base]
        if name in SHARED:
            folders.append(os.path.join(_HERE, SHARED[name][1]))
        for folder in folders:
            for suffix in suffixes:
                file = os.path.join(folder, "__init__" + suffix)
                if os.path.isfile(file):
                    spec = spec_from_file_location(name, file, submodule_search_locations=folders)
                    return _shared(spec) if name in SHARED else spec
        for suffix in suffixes:
            if os.path.isfile(base + suffix):
                return spec_from_file_location(name, base + suffix)
        return cls._package(name, None, folders) if os.path.isdir(base) else None

    @staticmethod
    def _package(name, loader, path):
        from importlib.machinery import ModuleSpec

        spec = ModuleSpec(name, loader, is_package=True)
        spec.submodule_search_locations.extend(path)
        return spec


class _InnerFinder(_Finder):
    """Finds what lies elsewhere than in the folder of its package, before that folder is searched."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        outer = name.rpartition(".")[0]
        if name in MAPPING and outer and path is not None and _base(outer) in path:
            return cls._at(name, _base(name))
        return None


def _real(folder):
    return os.path.normcase(os.path.realpath(folder))


class _SharedFinder:
    """Adds what was generated for a package to it, wherever on the path the project's package is found."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in SHARED:
            return None
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path, target)
        # What has no loader is a namespace: Python itself finds all of its folders.
        if spec is None or spec.loader is None or spec.submodule_search_locations is None:
            return None
        found = {_real(folder) for folder in spec.submodule_search_locations}
        source, generated, _ = SHARED[name]
        if found.isdisjoint((_real(source), _real(os.path.join(_HERE, generated)))):
            return None
        return _shared(spec)


def _shared(spec):
    """The package's spec, with both folders."""
    from importlib.machinery import SourceFileLoader

    source, generated, has_data = SHARED[spec.name]
    folders = spec.submodule_search_locations
    for at, folder in ((0, source), (len(folders) + 1, os.path.join(_HERE, generated))):
        if _real(folder) not in map(_real, folders):
            folders.insert(at, folder)
    if has_data and type(spec.loader) is SourceFileLoader:
        spec.loader = _loader(spec.loader, folders)
    return spec


def _loader(loader, folders):
    """A loader that finds data files of the package in each of its folders."""
    from importlib.machinery import SourceFileLoader
    from pathlib import Path

    try:
        from importlib.resources.abc import TraversableResources
    except ImportError:
        from importlib.abc import TraversableResources

    class Loader(SourceFileLoader):
        def get_data(self, path):
            try:
                return super().get_data(path)
            except FileNotFoundError:
                inner = os.path.relpath(path, os.path.dirname(self.path))
                for folder in folders:
                    if os.path.isfile(os.path.join(folder, inner)):
                        return super().get_data(os.path.join(folder, inner))
                raise

        def get_resource_reader(self, name):
            return Reader()

    class Reader(TraversableResources):
        def files(self):
            return _Folders([Path(folder) for folder in folders])

    return Loader(loader.name, loader.path)


class _Folders:
    """Several folders seen as one, for importlib.resources."""

    def __init__(self, folders):
        self._folders = folders
        self.name = folders[0].name

    def iterdir(self):
        names = {entry.name for folder in self._folders if folder.is_dir() for entry in folder.iterdir()}
        return (self.joinpath(name) for name in sorted(names))

    def joinpath(self, *parts):
        paths = [folder.joinpath(*parts) for folder in self._folders]
        found = [path for path in paths if path.exists()]
        if len(found) > 1 and all(path.is_dir() for path in found):
            return _Folders(found)
        return (found or paths)[0]

    __truediv__ = joinpath

    def is_dir(self):
        return True

    def is_file(self):
        return False

    def open(self, *args, **kwargs):
        return self._folders[0].open(*args, **kwargs)

    def read_bytes(self):
        return self._folders[0].read_bytes()

    def read_text(self, encoding=None):
        return self._folders[0].read_text(encoding)


def install():
    sys.meta_path.append(_Finder)
    if any("." in name for name in MAPPING):
        sys.meta_path.insert(0, _InnerFinder)
    if SHARED:
        sys.meta_path.insert(0, _SharedFinder)
