"""distutils.command.bdist: the command `bdist`."""

from distutils.core import Command as Command
from distutils.errors import *
from distutils.util import get_platform as get_platform

from oxidist._core.command.bdist import (
    bdist as bdist,
    show_formats as show_formats,
)
