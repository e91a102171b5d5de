"""dist_sums: the SHA-256 of what the commands before it have put into dist/."""

import hashlib
import os
from distutils.core import Command
from distutils.file_util import write_file


class dist_sums(Command):
    """Give it as the last command: it reads `dist_files`, where each command notes what it made."""

    description = "write the SHA-256 of the files made so far"
    user_options = [("dist-dir=", "d", "directory that the files are in")]

    def initialize_options(self):
        self.dist_dir = None

    def finalize_options(self):
        self.set_undefined_options("bdist", ("dist_dir", "dist_dir"))

    def run(self):
        path = os.path.join(self.dist_dir, "SHA256SUMS")
        # Last in an entry is the file: a bare name in a pair, a path in distutils' own triples.
        names = [os.path.basename(entry[-1]) for entry in self.distribution.dist_files]
        self.execute(self.write_sums, (path, names), f"writing the sums of {', '.join(names)}")
        self.distribution.dist_files.append(("dist_sums", os.path.basename(path)))

    def write_sums(self, path, names):
        lines = []
        for name in names:
            with open(os.path.join(self.dist_dir, name), "rb") as file:
                lines.append(f"{hashlib.sha256(file.read()).hexdigest()}  {name}")
        write_file(path, lines)
