"""distutils.util: paths, quoting, variables, and what fits nowhere else."""

from distutils.dep_util import newer as newer
from distutils.errors import (
    DistutilsByteCompileError as DistutilsByteCompileError,
)
from distutils.errors import (
    DistutilsPlatformError as DistutilsPlatformError,
)
from distutils.spawn import spawn as spawn

from oxidist._core.util import (
    _environ_checked as _environ_checked,
)
from oxidist._core.util import (
    byte_compile as byte_compile,
)
from oxidist._core.util import (
    change_root as change_root,
)
from oxidist._core.util import (
    check_environ as check_environ,
)
from oxidist._core.util import (
    convert_path as convert_path,
)
from oxidist._core.util import (
    execute as execute,
)
from oxidist._core.util import (
    get_host_platform as get_host_platform,
)
from oxidist._core.util import (
    get_platform as get_platform,
)
from oxidist._core.util import (
    grok_environment_error as grok_environment_error,
)
from oxidist._core.util import (
    rfc822_escape as rfc822_escape,
)
from oxidist._core.util import (
    run_2to3 as run_2to3,
)
from oxidist._core.util import (
    split_quoted as split_quoted,
)
from oxidist._core.util import (
    strtobool as strtobool,
)
from oxidist._core.util import (
    subst_vars as subst_vars,
)
