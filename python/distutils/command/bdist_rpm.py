"""distutils.command.bdist_rpm: the command `bdist_rpm`."""

import os as os
import subprocess as subprocess
import sys as sys
from distutils import log as log
from distutils.core import Command as Command
from distutils.debug import DEBUG as DEBUG
from distutils.errors import *
from distutils.file_util import write_file as write_file
from distutils.sysconfig import get_python_version as get_python_version

from oxidist._core.command.bdist_rpm import bdist_rpm as bdist_rpm
