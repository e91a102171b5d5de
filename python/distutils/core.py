"""distutils.core: what setup scripts import."""

from __future__ import annotations as annotations

import os as os
import sys as sys
from distutils.cmd import Command as Command
from distutils.config import PyPIRCCommand as PyPIRCCommand
from distutils.debug import DEBUG as DEBUG
from distutils.dist import Distribution as Distribution
from distutils.errors import *
from distutils.extension import Extension as Extension

from oxidist._core.core import (
    USAGE as USAGE,
    extension_keywords as extension_keywords,
    gen_usage as gen_usage,
    run_commands as run_commands,
    run_setup as run_setup,
    setup as setup,
    setup_keywords as setup_keywords,
)

# Set by run_setup and read by setup: where to stop, and what was made.
_setup_stop_after: str | None = None
_setup_distribution: Distribution | None = None
