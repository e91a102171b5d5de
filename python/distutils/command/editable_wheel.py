"""distutils.command.editable_wheel: the command `editable_wheel`."""

from distutils import log as log
from distutils.core import Command as Command

from oxidist._core.command.editable_wheel import editable_wheel as editable_wheel
