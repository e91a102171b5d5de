"""distutils.text_file: lines without comments, blank lines and continuations."""

from oxidist._core.text_file import TextFile as TextFile
