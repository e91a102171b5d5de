"""distutils.text_file: lines without comments, blank lines and continuations."""

import sys as sys

from oxidist._core.text_file import TextFile as TextFile, __getattr__ as __getattr__
