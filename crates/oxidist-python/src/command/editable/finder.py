"""Finds modules of a project that was installed in editable mode where they lie."""

import os
import sys

MAPPING = {}
NAMESPACES = set()


def _base(name):
    """Where a package or module is, without an ending; None for one that is not ours."""
    if name in MAPPING:
        return MAPPING[name]
    outer, _, last = name.rpartition(".")
    base = _base(outer) if outer else None
    return base and os.path.join(base, last)


class _Finder:
    """Finds what is in the mapping, after all others were asked."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in NAMESPACES:
            return cls._package(name, None, [])
        base = MAPPING.get(name)
        return base and cls._at(name, base)

    @classmethod
    def _at(cls, name, base):
        from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES
        from importlib.util import spec_from_file_location

        suffixes = EXTENSION_SUFFIXES + SOURCE_SUFFIXES + BYTECODE_SUFFIXES
        for suffix in suffixes:
            file = os.path.join(base, "__init__" + suffix)
            if os.path.isfile(file):
                return spec_from_file_location(name, file, submodule_search_locations=[base])
        for suffix in suffixes:
            if os.path.isfile(base + suffix):
                return spec_from_file_location(name, base + suffix)
        return cls._package(name, None, [base]) if os.path.isdir(base) else None

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
            return cls._at(name, MAPPING[name])
        return None


def install():
    sys.meta_path.append(_Finder)
    if any("." in name for name in MAPPING):
        sys.meta_path.insert(0, _InnerFinder)
