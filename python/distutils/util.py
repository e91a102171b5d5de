"""distutils.util: paths, quoting, variables, and what fits nowhere else."""

from oxidist._core.util import (
    execute as execute,
)
from oxidist._core.util import (
    strtobool as strtobool,
)
