"""distutils.spawn: other programs run, and found on the path."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.debug import DEBUG as DEBUG
from distutils.errors import (
    DistutilsExecError as DistutilsExecError,
    DistutilsPlatformError as DistutilsPlatformError,
)

from oxidist._core.spawn import (
    __getattr__ as __getattr__,
    find_executable as find_executable,
    spawn as spawn,
)
