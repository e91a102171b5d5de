"""bdist_openpkg, the build server's: a text file that asks another machine to make the package."""

import os
from distutils.core import Command
from distutils.file_util import write_file


class bdist_openpkg(Command):
    """Not what distcmds has under this name: which of the two is run is a matter of the search order."""

    description = "request an OpenPKG package from the build server"
    user_options = [("dist-dir=", "d", "directory to put the request in")]

    def initialize_options(self):
        self.dist_dir = None

    def finalize_options(self):
        self.set_undefined_options("bdist", ("dist_dir", "dist_dir"))

    def run(self):
        name = self.distribution.get_fullname() + ".openpkg-request"
        path = os.path.join(self.dist_dir, name)
        self.mkpath(self.dist_dir)
        self.execute(write_file, (path, ["please package " + self.distribution.get_fullname()]))
        self.distribution.dist_files.append(("bdist_openpkg", name))
