"""distutils.command.install_egg_info: the command `install_egg_info`."""

from distutils import dir_util as dir_util
from distutils import log as log
from distutils.cmd import Command as Command

from oxidist._core.command.install_egg_info import (
    install_egg_info as install_egg_info,
)
from oxidist._core.command.install_egg_info import (
    safe_name as safe_name,
)
from oxidist._core.command.install_egg_info import (
    safe_version as safe_version,
)
from oxidist._core.command.install_egg_info import (
    to_filename as to_filename,
)
