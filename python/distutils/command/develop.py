"""distutils.command.develop: the command `develop`."""

from distutils import log as log
from distutils.core import Command as Command

from oxidist._core.command.develop import develop as develop
