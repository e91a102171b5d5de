"""distutils.log: messages with levels and a threshold."""

from oxidist._core.log import (
    DEBUG as DEBUG,
)
from oxidist._core.log import (
    ERROR as ERROR,
)
from oxidist._core.log import (
    FATAL as FATAL,
)
from oxidist._core.log import (
    INFO as INFO,
)
from oxidist._core.log import (
    WARN as WARN,
)
from oxidist._core.log import (
    Log as Log,
)
from oxidist._core.log import (
    _global_log as _global_log,
)
from oxidist._core.log import (
    debug as debug,
)
from oxidist._core.log import (
    error as error,
)
from oxidist._core.log import (
    fatal as fatal,
)
from oxidist._core.log import (
    info as info,
)
from oxidist._core.log import (
    log as log,
)
from oxidist._core.log import (
    set_threshold as set_threshold,
)
from oxidist._core.log import (
    set_verbosity as set_verbosity,
)
from oxidist._core.log import (
    warn as warn,
)
