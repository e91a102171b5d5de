"""distutils._macos_compat: a compiler's command line, without what this Mac's compiler does not know."""

from oxidist._core._macos_compat import (
    bypass_compiler_fixup as bypass_compiler_fixup,
    compiler_fixup as compiler_fixup,
)
