"""distutils.command.install_data: the command `install_data`."""

from __future__ import annotations as annotations

import os as os
from distutils.core import Command as Command
from distutils.util import change_root as change_root, convert_path as convert_path

from oxidist._core.command.install_data import install_data as install_data
