"""distutils.command.sdist: the command `sdist`."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import (
    archive_util as archive_util,
    dir_util as dir_util,
    file_util as file_util,
    log as log,
)
from distutils.core import Command as Command
from distutils.errors import (
    DistutilsOptionError as DistutilsOptionError,
    DistutilsTemplateError as DistutilsTemplateError,
)
from distutils.filelist import FileList as FileList
from distutils.text_file import TextFile as TextFile
from distutils.util import convert_path as convert_path

from oxidist._core.command.sdist import (
    __getattr__ as __getattr__,
    is_comment as is_comment,
    sdist as sdist,
    show_formats as show_formats,
)
