"""distutils.command.bdist: the command `bdist`."""

from distutils.core import Command as Command
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
from distutils.util import get_platform as get_platform

from oxidist._core.command.bdist import (
    bdist as bdist,
)
from oxidist._core.command.bdist import (
    show_formats as show_formats,
)
