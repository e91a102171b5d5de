"""distutils.util: paths, quoting, variables, and what fits nowhere else."""

from distutils.dep_util import newer as newer
from distutils.errors import (
    DistutilsByteCompileError as DistutilsByteCompileError,
    DistutilsPlatformError as DistutilsPlatformError,
)
from distutils.spawn import spawn as spawn

from oxidist._core.util import (
    Mixin2to3 as Mixin2to3,
    _environ_checked as _environ_checked,
    byte_compile as byte_compile,
    change_root as change_root,
    check_environ as check_environ,
    convert_path as convert_path,
    execute as execute,
    get_host_platform as get_host_platform,
    get_platform as get_platform,
    grok_environment_error as grok_environment_error,
    rfc822_escape as rfc822_escape,
    run_2to3 as run_2to3,
    split_quoted as split_quoted,
    strtobool as strtobool,
    subst_vars as subst_vars,
)
