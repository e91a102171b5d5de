"""distutils.filelist: the files that rules and patterns choose."""

from distutils import log as log
from distutils.errors import (
    DistutilsInternalError as DistutilsInternalError,
)
from distutils.errors import (
    DistutilsTemplateError as DistutilsTemplateError,
)
from distutils.util import convert_path as convert_path

from oxidist._core.filelist import (
    FileList as FileList,
)
from oxidist._core.filelist import (
    _find_all_simple as _find_all_simple,
)
from oxidist._core.filelist import (
    findall as findall,
)
from oxidist._core.filelist import (
    glob_to_re as glob_to_re,
)
from oxidist._core.filelist import (
    translate_pattern as translate_pattern,
)
