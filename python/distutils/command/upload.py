"""distutils.command.upload: the command `upload`."""

import hashlib as hashlib
import io as io
import os as os
from base64 import standard_b64encode as standard_b64encode
from distutils import log as log
from distutils.core import PyPIRCCommand as PyPIRCCommand
from distutils.errors import DistutilsError as DistutilsError, DistutilsOptionError as DistutilsOptionError
from distutils.spawn import spawn as spawn
from urllib.error import HTTPError as HTTPError
from urllib.parse import urlparse as urlparse
from urllib.request import Request as Request, urlopen as urlopen

from oxidist._core.command.upload import upload as upload

# Fields of the form, and what makes their values; None leaves one out.
_FILE_CONTENT_DIGESTS = {
    "md5_digest": getattr(hashlib, "md5", None),
    "sha256_digest": getattr(hashlib, "sha256", None),
    "blake2_256_digest": getattr(hashlib, "blake2b", None),
}
