"""distutils.versionpredicate: requirements on versions."""

import distutils as distutils

from oxidist._core.versionpredicate import (
    VersionPredicate as VersionPredicate,
    compmap as compmap,
    re_paren as re_paren,
    re_splitComparison as re_splitComparison,
    re_validPackage as re_validPackage,
    split_provision as split_provision,
    splitUp as splitUp,
)
