"""distutils.cmd: the base class of every command."""

from distutils.errors import DistutilsOptionError as DistutilsOptionError

from oxidist._core.cmd import Command as Command
