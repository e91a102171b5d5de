"""distutils.command.install_scripts: the command `install_scripts`."""

import os as os
from distutils import log as log
from distutils.core import Command as Command
from stat import ST_MODE as ST_MODE

from oxidist._core.command.install_scripts import install_scripts as install_scripts
