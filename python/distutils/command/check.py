"""distutils.command.check: the command `check`."""

from distutils.core import Command as Command
from distutils.errors import DistutilsSetupError as DistutilsSetupError

from oxidist._core.command.check import (
    __getattr__ as __getattr__,
    check as check,
)
