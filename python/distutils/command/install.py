"""distutils.command.install: the command `install`."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.core import Command as Command
from distutils.debug import DEBUG as DEBUG
from distutils.errors import (
    DistutilsOptionError as DistutilsOptionError,
    DistutilsPlatformError as DistutilsPlatformError,
)
from distutils.file_util import write_file as write_file
from distutils.sysconfig import get_config_vars as get_config_vars
from distutils.util import (
    change_root as change_root,
    convert_path as convert_path,
    get_platform as get_platform,
    subst_vars as subst_vars,
)

from oxidist._core.command.install import (
    HAS_USER_SITE as HAS_USER_SITE,
    INSTALL_SCHEMES as INSTALL_SCHEMES,
    SCHEME_KEYS as SCHEME_KEYS,
    USER_BASE as USER_BASE,
    USER_SITE as USER_SITE,
    WINDOWS_SCHEME as WINDOWS_SCHEME,
    __getattr__ as __getattr__,
    distutils_scheme_name as distutils_scheme_name,
    install as install,
    key as key,
    main_key as main_key,
    sys_key as sys_key,
    sys_scheme as sys_scheme,
    sys_scheme_name as sys_scheme_name,
    value as value,
)
