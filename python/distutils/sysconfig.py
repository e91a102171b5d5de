"""distutils.sysconfig: where this Python keeps its library and headers, and how it was configured."""

from distutils.errors import DistutilsPlatformError as DistutilsPlatformError
from sysconfig import (
    get_config_h_filename as get_config_h_filename,
    get_config_var as get_config_var,
    get_config_vars as get_config_vars,
    get_makefile_filename as get_makefile_filename,
    get_python_version as get_python_version,
    is_python_build as is_python_build,
)

from oxidist._core.sysconfig import (
    __getattr__ as __getattr__,
    customize_compiler as customize_compiler,
    get_python_inc as get_python_inc,
    get_python_lib as get_python_lib,
    parse_config_h as parse_config_h,
)
