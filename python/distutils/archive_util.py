"""distutils.archive_util: folders packed as tar and zip files."""

from distutils import log as log
from distutils.dir_util import mkpath as mkpath
from distutils.errors import DistutilsExecError as DistutilsExecError
from distutils.spawn import spawn as spawn

from oxidist._core.archive_util import (
    ARCHIVE_FORMATS as ARCHIVE_FORMATS,
)
from oxidist._core.archive_util import (
    _get_gid as _get_gid,
)
from oxidist._core.archive_util import (
    _get_uid as _get_uid,
)
from oxidist._core.archive_util import (
    check_archive_formats as check_archive_formats,
)
from oxidist._core.archive_util import (
    make_archive as make_archive,
)
from oxidist._core.archive_util import (
    make_tarball as make_tarball,
)
from oxidist._core.archive_util import (
    make_zipfile as make_zipfile,
)
