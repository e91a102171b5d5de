"""distutils.versionpredicate: requirements on versions."""

from __future__ import annotations as annotations

import distutils as distutils

from oxidist._core.versionpredicate import (
    VersionPredicate as VersionPredicate,
    __getattr__ as __getattr__,
    compmap as compmap,
    split_provision as split_provision,
    splitUp as splitUp,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re as re

    re_paren: re.Pattern[str]
    re_splitComparison: re.Pattern[str]
    re_validPackage: re.Pattern[str]
