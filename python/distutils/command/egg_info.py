"""distutils.command.egg_info: the command `egg_info`."""

from distutils import log as log
from distutils.core import Command as Command

from oxidist._core.command.egg_info import egg_info as egg_info
