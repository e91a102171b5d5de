"""distutils.command.install: the command `install`."""

from distutils import log as log
from distutils.core import Command as Command
from distutils.debug import DEBUG as DEBUG
from distutils.errors import DistutilsOptionError as DistutilsOptionError
from distutils.errors import DistutilsPlatformError as DistutilsPlatformError
from distutils.file_util import write_file as write_file
from distutils.sysconfig import get_config_vars as get_config_vars
from distutils.util import (
    change_root as change_root,
)
from distutils.util import (
    convert_path as convert_path,
)
from distutils.util import (
    get_platform as get_platform,
)
from distutils.util import (
    subst_vars as subst_vars,
)

from oxidist._core.command.install import (
    HAS_USER_SITE as HAS_USER_SITE,
)
from oxidist._core.command.install import (
    INSTALL_SCHEMES as INSTALL_SCHEMES,
)
from oxidist._core.command.install import (
    SCHEME_KEYS as SCHEME_KEYS,
)
from oxidist._core.command.install import (
    USER_BASE as USER_BASE,
)
from oxidist._core.command.install import (
    USER_SITE as USER_SITE,
)
from oxidist._core.command.install import (
    install as install,
)
