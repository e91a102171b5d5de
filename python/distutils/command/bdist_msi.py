"""distutils.command.bdist_msi: the command `bdist_msi`, where Python has `msilib`."""

import msilib as msilib
import os as os
import sys as sys
import warnings as warnings
from distutils import log as log
from distutils.core import Command as Command
from distutils.dir_util import remove_tree as remove_tree
from distutils.errors import DistutilsOptionError as DistutilsOptionError
from distutils.sysconfig import get_python_version as get_python_version
from distutils.util import get_platform as get_platform
from distutils.version import StrictVersion as StrictVersion
from msilib import (
    Dialog as Dialog,
    Directory as Directory,
    Feature as Feature,
    add_data as add_data,
    schema as schema,
    sequence as sequence,
    text as text,
)

from oxidist._core.command.bdist_msi import PyDialog as PyDialog, bdist_msi as bdist_msi
