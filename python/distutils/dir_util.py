"""distutils.dir_util: folders made, copied and removed."""

import errno as errno
import os as os
from distutils import log as log
from distutils.errors import (
    DistutilsFileError as DistutilsFileError,
    DistutilsInternalError as DistutilsInternalError,
)

from oxidist._core.dir_util import (
    SkipRepeatAbsolutePaths as SkipRepeatAbsolutePaths,
    _build_cmdtuple as _build_cmdtuple,
    _path_created as _path_created,
    copy_tree as copy_tree,
    create_tree as create_tree,
    ensure_relative as ensure_relative,
    mkpath as mkpath,
    remove_tree as remove_tree,
    wrapper as wrapper,
)
