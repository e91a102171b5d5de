"""distutils.file_util: one file copied, moved or written."""

import os as os
from distutils import log as log
from distutils.errors import DistutilsFileError as DistutilsFileError

from oxidist._core.file_util import (
    _copy_action as _copy_action,
    _copy_file_contents as _copy_file_contents,
    copy_file as copy_file,
    move_file as move_file,
    write_file as write_file,
)
