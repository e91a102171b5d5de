"""distutils.dist: the distribution that a setup script describes."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils import log as log
from distutils.debug import DEBUG as DEBUG
from distutils.errors import *
from distutils.fancy_getopt import (
    FancyGetopt as FancyGetopt,
    translate_longopt as translate_longopt,
)
from distutils.util import (
    check_environ as check_environ,
    rfc822_escape as rfc822_escape,
    strtobool as strtobool,
)

from oxidist._core.dist import (
    Distribution as Distribution,
    DistributionMetadata as DistributionMetadata,
    __getattr__ as __getattr__,
    _ensure_list as _ensure_list,
    fix_help_options as fix_help_options,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # What setuptools calls the type of an option table.
    from oxidist._core.fancy_getopt import _Table as _OptionsList
