"""bdist_openpkg: an OpenPKG source package, which is a `.spec` file and the source archive it builds from."""

import os
from distutils.core import Command
from distutils.dir_util import remove_tree
from distutils.errors import DistutilsOptionError
from distutils.file_util import write_file

SPEC = """\
##
##  {name}.spec -- OpenPKG package specification
##

#   package information
Name:         {name}
Summary:      {summary}
URL:          {url}
Vendor:       {vendor}
Packager:     {packager}
Distribution: OpenPKG
Class:        {package_class}
Group:        {group}
License:      {license}
Version:      {version}
Release:      {release}

#   list of sources
Source0:      {source}

#   build information
BuildPreReq:  OpenPKG, openpkg >= 20060823, {requires}
PreReq:       OpenPKG, openpkg >= 20060823, {requires}

%description
{description}

%prep
    %setup -q -n {folder}

%build
    %{{l_prefix}}/bin/python setup.py build

%install
    %{{l_prefix}}/bin/python setup.py install --root=$RPM_BUILD_ROOT --prefix=%{{l_prefix}}
    %{{l_rpmtool}} files -v -ofiles -r$RPM_BUILD_ROOT %{{l_files_std}}

%files -f files

%clean
    rm -rf $RPM_BUILD_ROOT
"""

CLASSES = ("BASE", "CORE", "EVAL", "JUNK", "PLUS")


class bdist_openpkg(Command):
    """Works for any project: all it asks of one is metadata and an `sdist` command."""

    description = "create an OpenPKG source package"

    user_options = [
        ("bdist-base=", "b", "temporary directory for creating the package"),
        ("dist-dir=", "d", "directory to put the finished package in"),
        ("release=", "r", "release of the package, a date (default: 20061120)"),
        ("package-class=", "c", "OpenPKG class: one of " + ", ".join(CLASSES)),
        ("group=", "g", "OpenPKG group"),
        ("requires=", None, "packages that it needs, comma separated"),
        ("packager=", None, "who made the package"),
        ("spec-only", None, "write only the .spec file"),
        ("keep-temp", "k", "keep the folder that the package was made from"),
    ]

    boolean_options = ["spec-only", "keep-temp"]

    def initialize_options(self):
        self.bdist_base = None
        self.dist_dir = None
        self.release = None
        self.package_class = None
        self.group = None
        self.requires = None
        self.packager = None
        self.spec_only = False
        self.keep_temp = False

    def finalize_options(self):
        self.set_undefined_options("bdist", ("bdist_base", "bdist_base"), ("dist_dir", "dist_dir"))
        self.ensure_string("release", "20061120")
        self.ensure_string("package_class", "EVAL")
        self.ensure_string("group", "Language")
        self.ensure_string("packager", "OpenPKG")
        self.requires = "python" if self.requires is None else self.requires
        self.ensure_string_list("requires")
        if self.package_class not in CLASSES:
            raise DistutilsOptionError(
                f"'package_class' must be one of {', '.join(CLASSES)}, not {self.package_class}"
            )
        self.name = self.distribution.get_name()
        self.fullname = self.distribution.get_fullname()

    def run(self):
        self.run_command("sdist")
        source = self.get_finalized_command("sdist").get_archive_files()[0]

        folder = os.path.join(self.bdist_base, "openpkg", self.fullname + ".openpkg")
        spec = os.path.join(folder, self.name + ".spec")
        self.mkpath(folder)
        self.execute(write_file, (spec, self.spec(source)), f"writing {spec}")

        self.mkpath(self.dist_dir)
        if self.spec_only:
            name = self.name + ".spec"
            self.execute(self.copy_file, (spec, os.path.join(self.dist_dir, name)), f"taking only {name}")
        else:
            # In a dry run there is no archive to copy, and copy_file would miss it.
            self.execute(self.copy_file, (source, folder), f"bundling {os.path.basename(source)}")
            base_name = os.path.join(self.dist_dir, self.fullname + ".src.openpkg")
            archive = self.make_archive(
                os.path.abspath(base_name), "gztar", os.path.dirname(folder), os.path.basename(folder)
            )
            name = os.path.basename(archive)
        self.distribution.dist_files.append(("bdist_openpkg", name))

        if not self.keep_temp:
            self.execute(remove_tree, (os.path.dirname(folder),), f"removing {os.path.dirname(folder)}")

    def spec(self, source):
        """The lines of the `.spec` file of this project, whose sources are in the archive `source`."""
        about = self.distribution
        description = about.get_long_description() or about.get_description() or ""
        text = SPEC.format(
            name=self.name,
            summary=about.get_description(),
            url=about.get_url(),
            vendor=about.get_contact(),
            packager=self.packager,
            package_class=self.package_class,
            group=self.group,
            license=about.get_license(),
            version=about.get_version(),
            release=self.release,
            source=os.path.basename(source),
            requires=", ".join(self.requires),
            description="\n".join("    " + line for line in description.splitlines()),
            folder=self.fullname,
        )
        return text.splitlines()
