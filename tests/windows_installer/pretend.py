"""Runs `setup.py` as on Windows, for all that ask `os` and `sys` what this machine is."""

from __future__ import annotations

import importlib
import os
import runpy
import sys

# What looks at the machine when it is first used, does so before. 3.10's distutils wants what its `sysconfig`
# has on Windows only.
if sys.version_info >= (3, 11):
    importlib.import_module("sysconfig").get_config_vars()
for name in ("shutil", "subprocess", "tempfile", "zipfile", "pathlib", "warnings"):
    importlib.import_module(name)
sys.path.insert(0, os.path.dirname(os.path.abspath("setup.py")))
listdir = os.listdir
os.listdir = lambda path=".": sorted(listdir(path))
os.name, sys.platform = "nt", "win32"
sys.version += " [MSC v.1929 64 bit (AMD64)]"
sys.argv[0] = "setup.py"
# With the schemes of Debian's Pythons, metadata has another name.
importlib.import_module("distutils.command.install").INSTALL_SCHEMES.pop("unix_local", None)
runpy.run_path("setup.py", run_name="__main__")
