"""distutils.core: what setup scripts import."""

from distutils.cmd import Command as Command
from distutils.debug import DEBUG as DEBUG
from distutils.dist import Distribution as Distribution
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
_setup_stop_after = None
_setup_distribution = None
