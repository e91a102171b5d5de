"""Thirty of the packages that are downloaded most: which of those that setuptools builds, and why.

`python -m ecosystem.popular_packages [NAME ...]`, in `tests`, downloads them, all where none is named.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import real_packages
from real_packages import Sdist

# What their builds need, with all that this needs: no build is isolated, and none downloads anything.
REQUIREMENTS = (
    "pip==26.3",
    "setuptools==84.2.1",
    "setuptools-scm==10.3.4",
    "Cython==3.3.1",
    "packaging==26.4",
    "pkgconfig==1.6.0",
    "vcs-versioning==2.6.0",
)


@dataclass(frozen=True)
class Popular(Sdist):
    """One of them, with how many extension modules its wheel has."""

    exercises: str
    modules: int = 0


PACKAGES = (
    Popular(
        name="boto3",
        version="1.44.8",
        file="boto3-1.44.8.tar.gz",
        sha256="32f646d28ea25820ec210cfa48e2409bf06a4a529c8b243013fd045716e99826",
        exercises="package_data with patterns in folders, include_package_data and a MANIFEST.in that "
        "says the same",
    ),
    Popular(
        name="botocore",
        version="1.44.8",
        file="botocore-1.44.8.tar.gz",
        sha256="945b783c1a1259e2a8b078f3f3dd40fae32ea84ab01d3a9953af6b378da7108a",
        exercises="two thousand files of data in nested folders, most of them already compressed",
    ),
    Popular(
        name="requests",
        version="2.34.2",
        file="requests-2.34.2.tar.gz",
        sha256="f288924cae4e29463698d6d60bc6a4da69c89185ad1e0bcc4104f584e960b9ed",
        exercises="everything in pyproject.toml and an empty setup()",
    ),
    Popular(
        name="certifi",
        version="2026.10.18",
        file="certifi-2026.10.18.tar.gz",
        sha256="b9995d97b64d0431a5af837d8ca8cd6238104d1f319f04bd93ea43124d6c861e",
        exercises="distutils as the second choice, package_dir, package_data beside include_package_data",
    ),
    Popular(
        name="charset-normalizer",
        version="3.5.3",
        file="charset_normalizer-3.5.3.tar.gz",
        sha256="a250888753faa289e2997962fbb17c4960cbdb58575533ca6fceee68c224bdff",
        exercises="a build backend of its own around that of setuptools, an extension that is only "
        "built when asked for",
    ),
    Popular(
        name="setuptools",
        version="84.2.1",
        file="setuptools-84.2.1.tar.gz",
        sha256="3ff8b3b5492a0aa66960f4419365a86b84e013070d4313e4d4a6894f5d64d6bc",
        exercises="setuptools built by itself, from its own folder: install replaced, vendored "
        "distributions as data",
    ),
    Popular(
        name="python-dateutil",
        version="2.9.0.post0",
        file="python-dateutil-2.9.0.post0.tar.gz",
        sha256="37dd54208da7e1cd875388217d5e00ebd4179249f90fb72437e91a35459a0ad3",
        exercises="a version from setuptools_scm, setup.cfg, an archive of binary data",
    ),
    Popular(
        name="s3transfer",
        version="0.19.3",
        file="s3transfer-0.19.3.tar.gz",
        sha256="8326acc3d056d7f7b8a37110c7d2aea41f67e83f6ae79cd3b5fbcca34c726406",
        exercises="find_packages with patterns to leave out, include_package_data",
    ),
    Popular(
        name="six",
        version="1.17.0",
        file="six-1.17.0.tar.gz",
        sha256="ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81",
        exercises="a single module, imported by its own setup.py; distutils as the second choice",
    ),
    Popular(
        name="pycparser",
        version="3.12",
        file="pycparser-3.12.tar.gz",
        sha256="f03387877eab82ce01bbdfd0ba7252ee55a90b1c708d5129e2ce915475cf1db6",
        exercises="packages, grammar and data as pyproject.toml names them",
    ),
    Popular(
        name="jmespath",
        version="1.1.0",
        file="jmespath-1.1.0.tar.gz",
        sha256="472c87d80f36026ae83c6ddd0f1d05d4e510134ed462851fd5f754c8c3cbb88d",
        exercises="a script, whose first line is written anew",
    ),
    Popular(
        name="pytz",
        version="2026.6",
        file="pytz-2026.6.tar.gz",
        sha256="3b0fc2727707663d6e517936f444fd8a8b240f1fc32f4bf7ee03274245945284",
        exercises="six hundred files of data, listed by setup.py; platforms, a download address",
    ),
    Popular(
        name="pyasn1",
        version="0.6.5",
        file="pyasn1-0.6.5.tar.gz",
        sha256="6b11616a6bcf3a40e635f082bb232fa57b5e0dd7f517bd7ddd69ec3794508a47",
        exercises="no setup.py, find_packages from pyproject.toml",
    ),
    Popular(
        name="google-auth",
        version="2.63.0",
        file="google_auth-2.63.0.tar.gz",
        sha256="f198b99dd49e81f96f54abce2c03d4dd28fb7e3c77702eb6ae1c5bf25435054c",
        exercises="packages in a namespace, found by pattern; a version that setup.py executes",
    ),
    Popular(
        name="tqdm",
        version="4.70.1",
        file="tqdm-4.70.1.tar.gz",
        sha256="cefd0eca11b2a37a3aee776544d4f4ae913f02688135b5556b8788dfa474afc4",
        exercises="no setup.py, setuptools_scm, an entry point",
    ),
    Popular(
        name="PyYAML",
        version="6.0.4",
        file="pyyaml-6.0.4.tar.gz",
        sha256="e24bf71af8a432d7808fabff134d38dfe16d3cbb41f2873bb4b1e42422de0a1a",
        exercises="a build backend of its own, build_ext and bdist_wheel subclassed, Cython, a library "
        "that may be missing",
        modules=1,
    ),
    Popular(
        name="cffi",
        version="2.1.1",
        file="cffi-2.1.1.tar.gz",
        sha256="dd31f52ea1086513bb9df30f8fcee9b8918323ae067a3d5b78bc826a000712be",
        exercises="pkg-config, the config command asked before setup(), a Distribution of its own, "
        "headers as data",
        modules=1,
    ),
    Popular(
        name="protobuf",
        version="7.36.2",
        file="protobuf-7.36.2.tar.gz",
        sha256="497d0463ff3316681da6c0b9e8d06cb465d61abce00b613ab42226175644d1bb",
        exercises="packages in a namespace, eighty sources in one extension",
        modules=1,
    ),
    Popular(
        name="MarkupSafe",
        version="3.0.4",
        file="markupsafe-3.0.4.tar.gz",
        sha256="2e9ad7dd851bf45fab9f75cbff4cb493fee9979e8d8c7c9c3ee119022518edd6",
        exercises="build_ext.run and build_extension overridden so that the extension may fail",
        modules=1,
    ),
    Popular(
        name="wrapt",
        version="2.5.2",
        file="wrapt-2.5.2.tar.gz",
        sha256="551cb49e88b3722faad780303833bc4fa70685fb1773270fb98b40d39d9fddbf",
        exercises="an optional extension, a package that has only types",
        modules=1,
    ),
    Popular(
        name="multidict",
        version="7.2.1",
        file="multidict-7.2.1.tar.gz",
        sha256="e8af3e6f1bdbc31fd762b094133b478b89988eaebc63cbe82b1d9e3bbd15cede",
        exercises="build_ext.build_extensions overridden, Cython, warnings turned into flags",
        modules=3,
    ),
    Popular(
        name="aiohttp",
        version="3.14.5",
        file="aiohttp-3.14.5.tar.gz",
        sha256="5558a7f5a05af9ecf744af91e5baefc436f93c9333e656c27ec253f9a6bbe178",
        exercises="four extensions, macros, a library in source, build_ext that sets `parallel` late",
        modules=4,
    ),
    Popular(
        name="psutil",
        version="7.2.2",
        file="psutil-7.2.2.tar.gz",
        sha256="0746f5f8d406af344fd547f1c8daa5f5c33dbc293bb8d6a16d80b4bb88f59372",
        exercises="sources by platform, py_limited_api with a tag in the name of the wheel, a test of "
        "the compiler",
        modules=1,
    ),
    Popular(
        name="SQLAlchemy",
        version="2.1.9",
        file="sqlalchemy-2.1.9.tar.gz",
        sha256="d700a8b2edfb26282a470333d6bc4a454c4acda4d201a3bea7b72fa76c217d28",
        exercises="Cython's build_ext and Extension, eight modules that are Python until they are compiled",
        modules=8,
    ),
    Popular(
        name="greenlet",
        version="3.5.6",
        file="greenlet-3.5.6.tar.gz",
        sha256="8e67c43bdfc88d5fee6db0d3e40175b362fc95fb85f0412d233b9b203c53a575",
        exercises="C++ with headers in depends, `headers` to install, extensions of the tests",
        modules=3,
    ),
    Popular(
        name="coverage",
        version="7.17.5",
        file="coverage-7.17.5.tar.gz",
        sha256="4f41d35b798714a2e79ec2097d6b03c92cd3b7de58e422fce7a1ca2c0c25b276",
        exercises="build_ext overridden so that it fails in its own words, a .pth file as package_data",
        modules=1,
    ),
    Popular(
        name="tornado",
        version="6.6.1",
        file="tornado-6.6.1.tar.gz",
        sha256="28e6311402af59c8b02e3fa0f5e7d8eb465b25081381803b127d97e6a4395d5a",
        exercises="an optional extension, py_limited_api by the options of bdist_wheel",
        modules=1,
    ),
    Popular(
        name="regex",
        version="2026.11.19",
        file="regex-2026.11.19.tar.gz",
        sha256="2826a006b68acfd3ed5074433caafe21d7f9d026eb82cb856724a4a893a70915",
        exercises="two large sources of one module",
        modules=1,
    ),
    Popular(
        name="websockets",
        version="17.4",
        file="websockets-17.4.tar.gz",
        sha256="09d3939b70df0c8ad2da145ebd50978bccaee1d565e838b0e7921a34d38571eb",
        exercises="an optional extension of one source, a version that setup.py executes",
        modules=1,
    ),
    Popular(
        name="zope.interface",
        version="8.7",
        file="zope_interface-8.7.tar.gz",
        sha256="0b47b62e8d0d99b24bcdd32f4f2120425e5019c3bee2ad69a0e1d75737487a96",
        exercises="a package in a namespace, build_ext that lets extensions fail",
        modules=1,
    ),
)

BY_NAME = {package.name: package for package in PACKAGES}


def main() -> int:
    for package in [BY_NAME[name] for name in sys.argv[1:]] or PACKAGES:
        print(f"{package.sha256}  {real_packages.sdist(package)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
