"""distutils.file_util: one file copied, moved or written."""

from distutils.errors import DistutilsFileError as DistutilsFileError

from oxidist._core.file_util import (
    copy_file as copy_file,
)
from oxidist._core.file_util import (
    move_file as move_file,
)
from oxidist._core.file_util import (
    write_file as write_file,
)
