"""distutils.command.install_egg_info: the command `install_egg_info`."""

import os as os
import sys as sys
from distutils import dir_util as dir_util, log as log
from distutils.cmd import Command as Command

from oxidist._core.command.install_egg_info import (
    __getattr__ as __getattr__,
    install_egg_info as install_egg_info,
    safe_name as safe_name,
    safe_version as safe_version,
    to_filename as to_filename,
)
