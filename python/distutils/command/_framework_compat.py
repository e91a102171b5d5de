"""distutils.command._framework_compat: the install schemes of framework builds of Python 3.9."""

from oxidist._core.command._framework_compat import (
    enabled as enabled,
    scheme as scheme,
    schemes as schemes,
    vars as vars,
)
