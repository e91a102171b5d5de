"""distutils.spawn: other programs run, and found on the path."""

import os as os
from distutils.debug import DEBUG as DEBUG
from distutils.errors import (
    DistutilsExecError as DistutilsExecError,
    DistutilsPlatformError as DistutilsPlatformError,
)

from oxidist._core.spawn import (
    find_executable as find_executable,
    spawn as spawn,
)
