"""distutils.archive_util: folders packed as tar and zip files."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.dir_util import mkpath as mkpath
from distutils.errors import DistutilsExecError as DistutilsExecError
from distutils.spawn import spawn as spawn

from oxidist._core.archive_util import (
    ARCHIVE_FORMATS as ARCHIVE_FORMATS,
    __getattr__ as __getattr__,
    _get_gid as _get_gid,
    _get_uid as _get_uid,
    check_archive_formats as check_archive_formats,
    make_archive as make_archive,
    make_tarball as make_tarball,
    make_zipfile as make_zipfile,
)
