"""distutils.command.bdist_wheel: the command `bdist_wheel`."""

from distutils import log as log
from distutils.core import Command as Command

from oxidist._core.command.bdist_wheel import (
    bdist_wheel as bdist_wheel,
    get_abi_tag as get_abi_tag,
    get_platform as get_platform,
    python_tag as python_tag,
    safer_name as safer_name,
    safer_version as safer_version,
)
