"""distutils.dir_util: folders made, copied and removed."""

from distutils.errors import (
    DistutilsFileError as DistutilsFileError,
)
from distutils.errors import (
    DistutilsInternalError as DistutilsInternalError,
)

from oxidist._core.dir_util import (
    _path_created as _path_created,
)
from oxidist._core.dir_util import (
    copy_tree as copy_tree,
)
from oxidist._core.dir_util import (
    create_tree as create_tree,
)
from oxidist._core.dir_util import (
    ensure_relative as ensure_relative,
)
from oxidist._core.dir_util import (
    mkpath as mkpath,
)
from oxidist._core.dir_util import (
    remove_tree as remove_tree,
)
