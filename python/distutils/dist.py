"""distutils.dist: the distribution that a setup script describes."""

import re
import warnings as warnings
from email import message_from_file as message_from_file

from distutils import log as log
from distutils.debug import DEBUG as DEBUG
from distutils.errors import (
    CCompilerError as CCompilerError,
)
from distutils.errors import (
    CompileError as CompileError,
)
from distutils.errors import (
    DistutilsArgError as DistutilsArgError,
)
from distutils.errors import (
    DistutilsByteCompileError as DistutilsByteCompileError,
)
from distutils.errors import (
    DistutilsClassError as DistutilsClassError,
)
from distutils.errors import (
    DistutilsError as DistutilsError,
)
from distutils.errors import (
    DistutilsExecError as DistutilsExecError,
)
from distutils.errors import (
    DistutilsFileError as DistutilsFileError,
)
from distutils.errors import (
    DistutilsGetoptError as DistutilsGetoptError,
)
from distutils.errors import (
    DistutilsInternalError as DistutilsInternalError,
)
from distutils.errors import (
    DistutilsModuleError as DistutilsModuleError,
)
from distutils.errors import (
    DistutilsOptionError as DistutilsOptionError,
)
from distutils.errors import (
    DistutilsPlatformError as DistutilsPlatformError,
)
from distutils.errors import (
    DistutilsSetupError as DistutilsSetupError,
)
from distutils.errors import (
    DistutilsTemplateError as DistutilsTemplateError,
)
from distutils.errors import (
    LibError as LibError,
)
from distutils.errors import (
    LinkError as LinkError,
)
from distutils.errors import (
    PreprocessError as PreprocessError,
)
from distutils.errors import (
    UnknownFileError as UnknownFileError,
)
from distutils.fancy_getopt import (
    FancyGetopt as FancyGetopt,
)
from distutils.fancy_getopt import (
    translate_longopt as translate_longopt,
)
from distutils.util import (
    check_environ as check_environ,
)
from distutils.util import (
    rfc822_escape as rfc822_escape,
)
from distutils.util import (
    strtobool as strtobool,
)

from oxidist._core.dist import (
    Distribution as Distribution,
)
from oxidist._core.dist import (
    DistributionMetadata as DistributionMetadata,
)
from oxidist._core.dist import (
    _ensure_list as _ensure_list,
)
from oxidist._core.dist import (
    fix_help_options as fix_help_options,
)

# The names that a command can have.
command_re = re.compile(r"^[a-zA-Z]([a-zA-Z0-9_]*)$")
