"""distutils.command.sdist: the command `sdist`."""

from distutils import (
    archive_util as archive_util,
)
from distutils import (
    dir_util as dir_util,
)
from distutils import (
    file_util as file_util,
)
from distutils import (
    log as log,
)
from distutils.core import Command as Command
from distutils.errors import (
    DistutilsOptionError as DistutilsOptionError,
)
from distutils.errors import (
    DistutilsTemplateError as DistutilsTemplateError,
)
from distutils.filelist import FileList as FileList
from distutils.text_file import TextFile as TextFile
from distutils.util import convert_path as convert_path

from oxidist._core.command.sdist import (
    sdist as sdist,
)
from oxidist._core.command.sdist import (
    show_formats as show_formats,
)
