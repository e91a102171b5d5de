"""distutils.filelist: the files that rules and patterns choose."""

from __future__ import annotations as annotations

import os as os
from distutils import log as log
from distutils.errors import (
    DistutilsInternalError as DistutilsInternalError,
    DistutilsTemplateError as DistutilsTemplateError,
)
from distutils.util import convert_path as convert_path

from oxidist._core.filelist import (
    FileList as FileList,
    __getattr__ as __getattr__,
    _find_all_simple as _find_all_simple,
    findall as findall,
    glob_to_re as glob_to_re,
    translate_pattern as translate_pattern,
)
