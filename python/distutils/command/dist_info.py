"""distutils.command.dist_info: the command `dist_info`."""

from distutils import log as log
from distutils.core import Command as Command

from oxidist._core.command.dist_info import dist_info as dist_info
