"""distutils.fancy_getopt: option tables, and command lines read by them."""

import re
import string
from distutils.errors import *

from oxidist._core.fancy_getopt import (
    FancyGetopt as FancyGetopt,
    OptionDummy as OptionDummy,
    fancy_getopt as fancy_getopt,
    translate_longopt as translate_longopt,
    wrap_text as wrap_text,
)

# The names that a long option can have, and `quiet=!verbose`.
longopt_pat = r"[a-zA-Z](?:[a-zA-Z0-9-]*)"
longopt_re = re.compile(rf"^{longopt_pat}$")
neg_alias_re = re.compile(rf"^({longopt_pat})=!({longopt_pat})$")

# Translation tables: a long option to a Python name, any white space to a space.
longopt_xlate = str.maketrans("-", "_")
WS_TRANS = {ord(character): " " for character in string.whitespace}
