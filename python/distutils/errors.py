"""distutils.errors: what can go wrong."""

from oxidist._core.errors import (
    CCompilerError as CCompilerError,
)
from oxidist._core.errors import (
    CompileError as CompileError,
)
from oxidist._core.errors import (
    DistutilsArgError as DistutilsArgError,
)
from oxidist._core.errors import (
    DistutilsByteCompileError as DistutilsByteCompileError,
)
from oxidist._core.errors import (
    DistutilsClassError as DistutilsClassError,
)
from oxidist._core.errors import (
    DistutilsError as DistutilsError,
)
from oxidist._core.errors import (
    DistutilsExecError as DistutilsExecError,
)
from oxidist._core.errors import (
    DistutilsFileError as DistutilsFileError,
)
from oxidist._core.errors import (
    DistutilsGetoptError as DistutilsGetoptError,
)
from oxidist._core.errors import (
    DistutilsInternalError as DistutilsInternalError,
)
from oxidist._core.errors import (
    DistutilsModuleError as DistutilsModuleError,
)
from oxidist._core.errors import (
    DistutilsOptionError as DistutilsOptionError,
)
from oxidist._core.errors import (
    DistutilsPlatformError as DistutilsPlatformError,
)
from oxidist._core.errors import (
    DistutilsSetupError as DistutilsSetupError,
)
from oxidist._core.errors import (
    DistutilsTemplateError as DistutilsTemplateError,
)
from oxidist._core.errors import (
    LibError as LibError,
)
from oxidist._core.errors import (
    LinkError as LinkError,
)
from oxidist._core.errors import (
    PreprocessError as PreprocessError,
)
from oxidist._core.errors import (
    UnknownFileError as UnknownFileError,
)
