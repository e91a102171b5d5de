"""distutils.fancy_getopt: option tables, and command lines read by them."""

from __future__ import annotations as annotations

import sys as sys
from distutils.errors import *

from oxidist._core.fancy_getopt import (
    FancyGetopt as FancyGetopt,
    OptionDummy as OptionDummy,
    __getattr__ as __getattr__,
    fancy_getopt as fancy_getopt,
    translate_longopt as translate_longopt,
    wrap_text as wrap_text,
)

# The names that a long option can have.
longopt_pat = r"[a-zA-Z](?:[a-zA-Z0-9-]*)"

# Translation tables: a long option to a Python name, any white space to a space.
longopt_xlate = str.maketrans("-", "_")
WS_TRANS = {ord(character): " " for character in " \t\n\r\v\f"}
