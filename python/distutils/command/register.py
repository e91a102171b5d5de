"""distutils.command.register: the command `register`."""

import getpass as getpass
import io as io
import urllib.parse
import urllib.request
from distutils import log as log
from distutils.core import PyPIRCCommand as PyPIRCCommand
from distutils.errors import *
from warnings import warn as warn

from oxidist._core.command.register import register as register
