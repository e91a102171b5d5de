"""distutils.versionpredicate: requirements on versions."""

from oxidist._core.versionpredicate import (
    VersionPredicate as VersionPredicate,
)
from oxidist._core.versionpredicate import (
    compmap as compmap,
)
from oxidist._core.versionpredicate import (
    re_paren as re_paren,
)
from oxidist._core.versionpredicate import (
    re_splitComparison as re_splitComparison,
)
from oxidist._core.versionpredicate import (
    re_validPackage as re_validPackage,
)
from oxidist._core.versionpredicate import (
    split_provision as split_provision,
)
from oxidist._core.versionpredicate import (
    splitUp as splitUp,
)
