"""distutils.log: messages with levels and a threshold."""

import sys as sys

from oxidist._core.log import (
    DEBUG as DEBUG,
    ERROR as ERROR,
    FATAL as FATAL,
    INFO as INFO,
    WARN as WARN,
    Log as Log,
    _global_log as _global_log,
    debug as debug,
    error as error,
    fatal as fatal,
    info as info,
    log as log,
    set_threshold as set_threshold,
    set_verbosity as set_verbosity,
    warn as warn,
)
