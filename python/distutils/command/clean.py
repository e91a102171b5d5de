"""distutils.command.clean: the command `clean`."""

import os as os
from distutils import log as log
from distutils.core import Command as Command
from distutils.dir_util import remove_tree as remove_tree

from oxidist._core.command.clean import clean as clean
