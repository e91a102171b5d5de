"""Well-known packages with C or C++ in them, whose setup.py imports distutils or falls back to it.

`python tests/real_c_packages.py [NAME ...]` downloads them, all of them where none is named.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import real_packages
from real_packages import RealPackage


@dataclass(frozen=True)
class CPackage(RealPackage):
    """`modules` is how many extension modules its build makes.

    With the arguments `self_test` Python runs the package's own tests, in an empty folder to which `tests` (a
    path in the sdist) was copied. `built_as_needed`: its setup.py writes nothing that its sources include, so
    that a second build compiles nothing.
    """

    modules: int = 1
    self_test: tuple[str, ...] = ()
    tests: str = ""
    needs_pytest: bool = False
    built_as_needed: bool = True


def python(statements: str) -> tuple[str, ...]:
    return ("-c", statements)


def unittest(folder: str, *pattern: str) -> tuple[str, ...]:
    return ("-m", "unittest", "discover", "-s", folder, *pattern)


def pytest(*files: str) -> tuple[str, ...]:
    return ("-m", "pytest", "-q", "-p", "no:cacheprovider", *files)


PYCRYPTODOME = """
import sys
from Crypto import SelfTest
from Crypto.SelfTest import Cipher, Hash, Util
for module in Cipher, Hash, Util:
    SelfTest.run(module, stream=sys.stdout, config={"slow_tests": False})
"""

PACKAGES = (
    CPackage(
        # What Cython wrote for it in 2020 compiles on no Python of today: its setup.py sees that and goes on.
        name="PyYAML",
        version="5.3.1",
        file="PyYAML-5.3.1.tar.gz",
        sha256="b8eac752c5e14d3eca0e6dd9199cd627518cb5ec06add0de9d32baeee6fe645d",
        exercises="a build_ext, an Extension and a Distribution of its own, get_outputs and build_extensions "
        "overridden, extensions that depend on options (--with-libyaml), a compiler that fails",
        check="import yaml; assert yaml.safe_load('tide: [1, 2]') == {'tide': [1, 2]}",
        modules=0,
        tests="tests",
        self_test=("tests/lib3/test_all.py",),
    ),
    CPackage(
        name="simplejson",
        version="4.3.0",
        file="simplejson-4.3.0.tar.gz",
        sha256="ffe34ab51a0d37e6d1c661a5672df00d2d5e18804e38eac07abffb83fa5ec3d7",
        exercises="build_ext.run and build_extension overridden so that the extension may fail",
        check="from simplejson import _speedups, encoder; assert encoder.c_make_encoder",
        self_test=python("from simplejson.tests import main; main()"),
    ),
    CPackage(
        name="bitarray",
        version="3.12.3",
        file="bitarray-3.12.3.tar.gz",
        sha256="919e35a951c0a551631b94bf568f3f5e38d004e0c60866cb2ca51bd8c4778fec",
        exercises="two extensions in a package, headers in package_data",
        check="from bitarray import bitarray; assert bitarray('1011').count() == 3",
        modules=2,
        self_test=python("import bitarray, sys; sys.exit(not bitarray.test().wasSuccessful())"),
    ),
    CPackage(
        name="crcmod",
        version="1.7",
        file="crcmod-1.7.tar.gz",
        sha256="dc7051a0db5f2bd48665a990d3ec1cc305a466a77358ca4492826f41f283601e",
        exercises="nothing but distutils.core, package_dir, one extension",
        check="from crcmod.crcmod import _usingExtension; assert _usingExtension",
        self_test=("-m", "crcmod.test"),
    ),
    CPackage(
        name="ephem",
        version="4.2.1",
        file="ephem-4.2.1.tar.gz",
        sha256="920cb30369c79fde1088c2060d555ea5f8a50fdc80a9265832fd5bf195cf147f",
        exercises="one extension of 69 sources in three folders",
        check="import ephem; assert str(ephem.Date('2020/2/1')) == '2020/2/1 00:00:00'",
        self_test=(
            "-m",
            "unittest",
            *(f"ephem.tests.test_{name}" for name in ("dates", "bodies", "constants")),
        ),
    ),
    CPackage(
        name="psutil",
        version="7.2.2",
        file="psutil-7.2.2.tar.gz",
        sha256="0746f5f8d406af344fd547f1c8daa5f5c33dbc293bb8d6a16d80b4bb88f59372",
        exercises="sources, macros and libraries for each platform, py_limited_api, UnixCCompiler used by "
        "itself to see whether a header is there",
        check="import psutil; assert psutil.Process().num_threads() >= 1",
        tests="tests",
        self_test=pytest("tests/test_misc.py"),
        needs_pytest=True,
    ),
    CPackage(
        name="pycryptodome",
        version="3.20.0",
        file="pycryptodome-3.20.0.tar.gz",
        sha256="09609209ed7de61c2b560cc5c8c4fbf892f8b15b1faf7e4cbffac97db1fffda7",
        exercises="forty-one extensions, py_limited_api, new_compiler and compile tests before setup(), "
        "extra_compile_args for single extensions, build_ext and build_py overridden, a test command",
        check="from Crypto.Cipher import AES; assert AES.new(b'k' * 16, AES.MODE_ECB).encrypt(b'm' * 16)",
        modules=41,
        self_test=python(PYCRYPTODOME),
    ),
    CPackage(
        name="posix_ipc",
        version="1.0.5",
        file="posix_ipc-1.0.5.tar.gz",
        sha256="6cddb1ce2cf4aae383f2a0079c26c69bee257fe2720f372201ef047f8ceb8b97",
        exercises="a header that setup.py writes after trying the compiler, depends, libraries",
        check="import posix_ipc; assert posix_ipc.VERSION == '1.0.5'",
        tests="tests",
        self_test=unittest("tests", "-p", "test_se*.py"),
        built_as_needed=False,
    ),
    CPackage(
        # Its code needs a function that inspect had until 3.10.
        name="wrapt",
        version="1.12.1",
        file="wrapt-1.12.1.tar.gz",
        sha256="b62ffa81fb85f4332a4f609cab4ac40709470da05643a082ec1eb88e6d9b97d7",
        exercises="build_ext.run and build_extension overridden, setup() called again without extensions",
        check="import sys\n"
        "try:\n"
        "    import wrapt\n"
        "except ImportError as error:\n"
        "    assert 'formatargspec' in str(error) and sys.version_info >= (3, 11), error\n"
        "    sys.modules['wrapt'] = wrapt = type(sys)('wrapt'); wrapt.__path__ = [sys.argv[1] + '/wrapt']\n"
        "from wrapt._wrappers import ObjectProxy; assert ObjectProxy([1, 2]) == [1, 2]",
    ),
    CPackage(
        name="Brotli",
        version="1.0.9",
        file="Brotli-1.0.9.zip",
        sha256="4d1b810aa0ed773f81dceda2cc7b403d01057458730e309856356d4ef4188438",
        exercises="C and C++ sources in one extension, build_extension written anew with calls of compile "
        "for each language, detect_language and link_shared_object, newer_group, build_base in setup.cfg",
        check="import brotli; assert brotli.decompress(brotli.compress(b'tide' * 99)) == b'tide' * 99",
        self_test=python(
            "import brotli, os; data = [os.urandom(n) + b'a' * n * n for n in range(400)]\n"
            "assert [brotli.decompress(brotli.compress(each, quality=3)) for each in data] == data"
        ),
    ),
    CPackage(
        name="python-rapidjson",
        version="1.20",
        file="python_rapidjson-1.20.tar.gz",
        sha256="115f08c86d2df7543c02605e77c84727cdabc4b08310d2f097e953efeaaa73eb",
        exercises="C++ with headers in another folder, depends, a version that is a macro with quotes in it",
        check="import rapidjson; assert rapidjson.dumps({'tide': [1, 2.5]}) == '{\"tide\":[1,2.5]}'",
        tests="tests",
        self_test=pytest(*(f"tests/test_{name}.py" for name in ("pass1", "unicode", "float", "validator"))),
        needs_pytest=True,
    ),
    CPackage(
        name="mercurial",
        version="6.8.2",
        file="mercurial-6.8.2.tar.gz",
        sha256="aac618106768ad1ed976c3fe7c8659fec99e6f0b5337ea6ea554fae8490c4f4e",
        exercises="seven commands of its own, build_ext and Distribution subclassed, functions and headers "
        "looked for with a compiler of its own, depends, 65 sources in nine extensions",
        check="from mercurial.cext import parsers, bdiff; assert bdiff.blocks(b'a\\n', b'b\\n')",
        modules=9,
        self_test=python(
            "import sys; sys.argv[1:] = ['debuginstall']\nfrom mercurial import dispatch; dispatch.run()"
        ),
    ),
)

BY_NAME = {package.name: package for package in PACKAGES}


def main() -> int:
    for package in [BY_NAME[name] for name in sys.argv[1:]] or PACKAGES:
        print(f"{package.sha256}  {real_packages.sdist(package)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
