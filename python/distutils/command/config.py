"""distutils.command.config: the command `config`."""

from distutils import log as log
from distutils.core import Command as Command
from distutils.errors import DistutilsExecError as DistutilsExecError
from distutils.sysconfig import customize_compiler as customize_compiler

from oxidist._core.command.config import LANG_EXT as LANG_EXT, config as config, dump_file as dump_file
