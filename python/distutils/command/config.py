"""distutils.command.config: the command `config`."""

from __future__ import annotations as annotations

import os as os
from distutils import log as log
from distutils.core import Command as Command
from distutils.errors import (
    CompileError as CompileError,
    DistutilsExecError as DistutilsExecError,
    LinkError as LinkError,
)
from distutils.sysconfig import customize_compiler as customize_compiler

from oxidist._core.command.config import (
    LANG_EXT as LANG_EXT,
    __getattr__ as __getattr__,
    config as config,
    dump_file as dump_file,
)
