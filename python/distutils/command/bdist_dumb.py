"""distutils.command.bdist_dumb: the command `bdist_dumb`."""

import os as os
from distutils import log as log
from distutils.core import Command as Command
from distutils.dir_util import (
    ensure_relative as ensure_relative,
    remove_tree as remove_tree,
)
from distutils.errors import *
from distutils.sysconfig import get_python_version as get_python_version
from distutils.util import get_platform as get_platform

from oxidist._core.command.bdist_dumb import bdist_dumb as bdist_dumb
