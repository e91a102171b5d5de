"""distutils.core: what setup scripts import."""

from distutils.cmd import Command as Command
from distutils.debug import DEBUG as DEBUG
from distutils.dist import Distribution as Distribution
from distutils.errors import *
from distutils.extension import Extension as Extension

from oxidist._core.core import (
    USAGE as USAGE,
)
from oxidist._core.core import (
    extension_keywords as extension_keywords,
)
from oxidist._core.core import (
    gen_usage as gen_usage,
)
from oxidist._core.core import (
    run_setup as run_setup,
)
from oxidist._core.core import (
    setup as setup,
)
from oxidist._core.core import (
    setup_keywords as setup_keywords,
)

# Set by run_setup and read by setup: where to stop, and what was made.
_setup_stop_after: str | None = None
_setup_distribution: Distribution | None = None
