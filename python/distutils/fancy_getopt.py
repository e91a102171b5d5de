"""distutils.fancy_getopt: option tables, and command lines read by them."""

import re
import string

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

from oxidist._core.fancy_getopt import (
    FancyGetopt as FancyGetopt,
)
from oxidist._core.fancy_getopt import (
    OptionDummy as OptionDummy,
)
from oxidist._core.fancy_getopt import (
    fancy_getopt as fancy_getopt,
)
from oxidist._core.fancy_getopt import (
    translate_longopt as translate_longopt,
)
from oxidist._core.fancy_getopt import (
    wrap_text as wrap_text,
)

# The names that a long option can have, and `quiet=!verbose`.
longopt_pat = r"[a-zA-Z](?:[a-zA-Z0-9-]*)"
longopt_re = re.compile(rf"^{longopt_pat}$")
neg_alias_re = re.compile(rf"^({longopt_pat})=!({longopt_pat})$")

# Translation tables: a long option to a Python name, any white space to a space.
longopt_xlate = str.maketrans("-", "_")
WS_TRANS = {ord(character): " " for character in string.whitespace}
