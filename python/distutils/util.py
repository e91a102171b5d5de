"""distutils.util: paths, quoting, variables, and what fits nowhere else."""

from __future__ import annotations as annotations

import distutils as distutils
import os as os
import sys as sys
from distutils import log as log
from distutils.errors import (
    DistutilsByteCompileError as DistutilsByteCompileError,
    DistutilsPlatformError as DistutilsPlatformError,
)

from oxidist._core.util import (
    MACOSX_VERSION_VAR as MACOSX_VERSION_VAR,
    Mixin2to3 as Mixin2to3,
    __getattr__ as __getattr__,
    _environ_checked as _environ_checked,
    _init_regex as _init_regex,
    byte_compile as byte_compile,
    change_root as change_root,
    check_environ as check_environ,
    convert_path as convert_path,
    copydir_run_2to3 as copydir_run_2to3,
    execute as execute,
    get_host_platform as get_host_platform,
    get_macosx_target_ver as get_macosx_target_ver,
    get_macosx_target_ver_from_syscfg as get_macosx_target_ver_from_syscfg,
    get_platform as get_platform,
    grok_environment_error as grok_environment_error,
    is_freethreaded as is_freethreaded,
    is_mingw as is_mingw,
    rfc822_escape as rfc822_escape,
    run_2to3 as run_2to3,
    split_quoted as split_quoted,
    split_version as split_version,
    strtobool as strtobool,
    subst_vars as subst_vars,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from distutils.dep_util import newer as newer
    from distutils.spawn import spawn as spawn
