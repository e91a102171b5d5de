"""distutils.sysconfig: where this Python keeps its library and headers, and how it was configured."""

from distutils.errors import DistutilsPlatformError as DistutilsPlatformError
from sysconfig import (
    get_config_h_filename as get_config_h_filename,
)
from sysconfig import (
    get_config_var as get_config_var,
)
from sysconfig import (
    get_config_vars as get_config_vars,
)
from sysconfig import (
    get_makefile_filename as get_makefile_filename,
)
from sysconfig import (
    get_python_version as get_python_version,
)
from sysconfig import (
    is_python_build as is_python_build,
)

from oxidist._core.sysconfig import (
    BASE_EXEC_PREFIX as BASE_EXEC_PREFIX,
)
from oxidist._core.sysconfig import (
    BASE_PREFIX as BASE_PREFIX,
)
from oxidist._core.sysconfig import (
    EXEC_PREFIX as EXEC_PREFIX,
)
from oxidist._core.sysconfig import (
    PREFIX as PREFIX,
)
from oxidist._core.sysconfig import (
    _config_vars as _config_vars,
)
from oxidist._core.sysconfig import (
    build_flags as build_flags,
)
from oxidist._core.sysconfig import (
    get_python_inc as get_python_inc,
)
from oxidist._core.sysconfig import (
    get_python_lib as get_python_lib,
)
from oxidist._core.sysconfig import (
    parse_config_h as parse_config_h,
)
from oxidist._core.sysconfig import (
    project_base as project_base,
)
from oxidist._core.sysconfig import (
    python_build as python_build,
)
