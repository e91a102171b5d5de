"""distutils.command.install_headers: the command `install_headers`."""

from distutils.core import Command as Command

from oxidist._core.command.install_headers import install_headers as install_headers
