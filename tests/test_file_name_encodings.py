"""Names of files are bytes: they round-trip where Python's file-system encoding is not UTF-8."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names are text on Windows")

C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

SETUP = """
import os
from distutils.core import setup

name = os.fsdecode
setup(name="d", version="1", packages=["pkg"], package_data={"pkg": ["*.dat"]},
      py_modules=[name(b"m\\xc3\\xbc")], scripts=[name(b"s\\xc3\\xbc")],
      data_files=[("share/" + name(b"\\xc3\\xa9"), [name(b"f\\xc3\\xbc")])])
"""

# What is built, as bytes: of two data files, one is not UTF-8.
BUILT = {b"lib/m\xc3\xbc.py", b"lib/pkg/\xc3\xbc.dat", b"lib/pkg/\xfc.dat", b"lib/pkg/__init__.py"}
INSTALLED = {b"share/\xc3\xa9/f\xc3\xbc", b"bin/s\xc3\xbc"}


@pytest.fixture(params=["C", "ISO-8859-1", "UTF-8"])
def locale(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a Python with this file-system encoding."""
    if request.param == "C":
        return C
    if request.param == "UTF-8":
        return {"LC_ALL": "C.UTF-8"}
    if shutil.which("localedef") is None:
        pytest.skip("no localedef (Debian's package locales) to make a locale with")
    folder = tmp_path / "locales"
    folder.mkdir()
    made = [str(folder / "de_DE.ISO-8859-1")]
    subprocess.run(["localedef", "-i", "de_DE", "-f", "ISO-8859-1", *made], check=False, capture_output=True)
    environment = {**C, "LC_ALL": "de_DE.ISO-8859-1", "LOCPATH": str(folder)}
    ask = [sys.executable, "-c", "import sys; print(sys.getfilesystemencoding())"]
    answer = subprocess.run(
        ask, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    if answer.stdout.strip() != "iso8859-1":
        pytest.skip("this machine's C library has no sources of the locale de_DE (Debian's package locales)")
    return environment


def files_below(folder: bytes) -> set[bytes]:
    return {
        os.path.relpath(os.path.join(path, name), folder)
        for path, _, names in os.walk(folder)
        for name in names
        if not name.endswith(b".pyc")
    }


def test_names_round_trip_through_every_command(tmp_path: Path, run_setup, locale: dict[str, str]) -> None:
    folder = os.fsencode(tmp_path) + b"/f\xc3\xbc"
    os.makedirs(folder + b"/pkg")
    for name in (b"pkg/__init__.py", b"pkg/\xc3\xbc.dat", b"pkg/\xfc.dat", b"m\xc3\xbc.py", b"f\xc3\xbc"):
        open(os.path.join(folder, name), "wb").close()
    with open(folder + b"/s\xc3\xbc", "wb") as script:
        script.write(b"#!python\n")
    project = Path(os.fsdecode(folder))
    (project / "setup.py").write_text(SETUP)
    root = tmp_path / "root"
    arguments = ("build", "install", f"--prefix={root}", "sdist", "bdist_dumb", "--format=tar")
    run_setup(project, "-q", *arguments, env=locale)
    built = files_below(folder + b"/build")
    assert built >= BUILT
    assert any(name.endswith(b"/s\xc3\xbc") for name in built)
    installed = files_below(os.fsencode(root))
    assert installed >= INSTALLED
    assert sum(name.endswith(b".dat") for name in installed) == 2
    listed = subprocess.run(
        ["tar", "--quoting-style=literal", "-tf", *(project / "dist").glob("*.tar")],
        capture_output=True,
        check=True,
    ).stdout.splitlines()
    for name in (b"/\xc3\xbc.dat", b"/\xfc.dat", b"/m\xc3\xbc.py", b"bin/s\xc3\xbc", b"\xc3\xa9/f\xc3\xbc"):
        assert any(line.endswith(name) for line in listed), name


def test_a_wheel_has_unicode_names_and_says_which_is_none(project, run_setup, locale: dict[str, str]) -> None:
    import zipfile

    files = {"pkg/__init__.py": "", "setup.py": SETUP.split("py_modules")[0].rstrip(", ") + ")\n"}
    folder = project(files)
    with open(os.fsencode(folder) + b"/pkg/\xc3\xbc.dat", "wb"):
        pass
    run_setup(folder, "-q", "bdist_wheel", env=locale)
    (wheel,) = (folder / "dist").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        assert "pkg/ü.dat" in archive.namelist()
        record = next(name for name in archive.namelist() if name.endswith("RECORD"))
        assert "pkg/ü.dat,sha256=" in archive.read(record).decode()
    with open(os.fsencode(folder) + b"/pkg/\xfc.dat", "wb"):
        pass
    failed = run_setup(folder, "-q", "bdist_wheel", env=locale, status=1)
    assert "its name is not Unicode, and a wheel cannot hold it" in failed.stderr


def test_file_utilities_answer_names_in_the_encoding_of_the_file_system(
    project, run_setup, locale: dict[str, str]
) -> None:
    script = """
        import os, sys
        from distutils import dir_util, file_util
        name = os.fsdecode(b"\\xc3\\xbc")
        os.mkdir("d"); open(name, "w").close(); open(os.path.join("d", name), "w").close()
        assert file_util.copy_file(name, "d", dry_run=1) == (os.path.join("d", name), 1)
        assert file_util.move_file(name, "d/x") == "d/x"
        assert sorted(dir_util.copy_tree("d", name)) == sorted(os.path.join(name, one) for one in ("x", name))
        assert os.listdir(name.encode(sys.getfilesystemencoding(), "surrogateescape"))
        """
    run_setup(project({"setup.py": script}), env=locale)


# `p` is no text wherever names are UTF-8 or ASCII; `r` has its source in another folder.
NOT_TEXT = """
import os
from distutils.core import Extension, setup

name = os.fsdecode
pkg, moved = name(b"p\\xfc"), name(b"r\\xfc.t")
setup(name="d", version="1", packages=[pkg, pkg + ".inner", moved], package_dir={moved: "q"},
      package_data={pkg: ["*.dat"], moved: ["z.dat"]}, py_modules=[name(b"m\\xfc"), pkg + ".__init__"],
      scripts=[name(b"s\\xfc")], ext_modules=[Extension(name(b"p\\xfc.x\\xfc"), [name(b"x\\xfc.c")])])
"""


def test_packages_modules_and_extensions_have_names_that_are_no_text(
    tmp_path: Path, run_setup, locale: dict[str, str]
) -> None:
    top = os.fsencode(tmp_path / "project")
    for folder in (b"p\xfc/inner", b"q"):
        os.makedirs(os.path.join(top, folder))
    for name in (
        b"p\xfc/__init__.py",
        b"p\xfc/inner/__init__.py",
        b"p\xfc/d.dat",
        b"q/__init__.py",
        b"q/z.dat",
    ):
        open(os.path.join(top, name), "wb").close()
    for name, text in (
        (b"m\xfc.py", ""),
        (b"s\xfc", "#!python\n"),
        (b"x\xfc.c", "int x;\n"),
        (b"setup.py", NOT_TEXT),
    ):
        with open(os.path.join(top, name), "w", encoding="utf-8") as file:
            file.write(text)
    root = tmp_path / "root"
    run_setup(Path(os.fsdecode(top)), "-q", "build", "install", f"--home={root}", env=locale)
    found = {name.rpartition(b"python/")[2] for name in files_below(os.fsencode(root))}
    assert found >= {
        *(b"p\xfc/__init__.py", b"p\xfc/inner/__init__.py", b"p\xfc/d.dat"),
        *(b"r\xfc/t/__init__.py", b"r\xfc/t/z.dat", b"m\xfc.py", b"bin/s\xfc"),
    }
    assert any(name.startswith(b"p\xfc/x\xfc.") and name.endswith(b".so") for name in found)


@pytest.mark.parametrize("name", [b"f\xc3\xbc", b"f\xfc"])
def test_an_editable_installation_is_imported_in_every_locale(
    tmp_path: Path, run_setup, locale: dict[str, str], name: bytes
) -> None:
    # One project is an entry of the path, the other needs the finder.
    site, top = tmp_path / "site", os.fsencode(tmp_path) + b"/" + name
    for package, where, option in (("one", "one", ""), ("two", "lib", ", package_dir={'two': 'lib'}")):
        project = Path(os.fsdecode(top + b"/" + package.encode()))
        (project / where).mkdir(parents=True)
        (project / where / "__init__.py").touch()
        (project / "setup.py").write_text(
            "from distutils.core import setup\n"
            f"setup(name={package!r}, version='1', packages=[{package!r}]{option})\n"
        )
        run_setup(project, "-q", "develop", f"--install-dir={site}", env=locale)
    code = (
        f"import site; site.addsitedir({os.fspath(site)!r}); import one, os, two\n"
        f"assert all(os.fsencode(module.__file__).startswith({top!r}) for module in (one, two))"
    )
    for environment in (C, {"LC_ALL": "C.UTF-8"}, locale):
        done = subprocess.run(
            [sys.executable, "-S", "-c", code],
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


IN_C = """# -*- coding: utf-8 -*-
from distutils.core import setup
setup(name="p", version="1", description="f\u00fcr", packages=["p"]{})
"""


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ('scripts=["skr\u00fcpt"]', "skr\\xfcpt"),
        ('py_modules=["m\u00f6"]', "m\\xf6"),
        ('data_files=[("sh\u00e4", ["README"])]', "sh\\xe4"),
        ('options={"build": {"build_base": "b\u00fc"}}', "b\\xfc"),
    ],
)
def test_a_name_that_the_locale_does_not_have_is_told_as_that(project, run_setup, option, name) -> None:
    folder = project({"setup.py": IN_C.format(", " + option), "p/__init__.py": "", "README": ""})
    done = run_setup(folder, "install", "--root=r", env=C, status=1)
    wanted = (
        f"error: '{name}' cannot be a file name in this locale (ascii): set LC_ALL=C.UTF-8 or PYTHONUTF8=1"
    )
    assert done.stderr.splitlines()[-1] == wanted


def test_a_pattern_that_the_locale_does_not_have_matches_nothing(project, run_setup) -> None:
    option = ', package_data={"p": ["\u00fc.txt", "*.dat"]}'
    folder = project({"setup.py": IN_C.format(option), "p/__init__.py": "", "p/a.dat": ""})
    run_setup(folder, "build", env=C)
    assert (folder / "build/lib/p/a.dat").exists()


def test_what_the_output_cannot_encode_is_shown_with_escapes(project, run_setup) -> None:
    begin = IN_C.replace(
        "setup(",
        """
from distutils.core import Command
class c(Command):
    description = "f\u00fcr"
    user_options = [("a=", None, "\u00fcber")]
setup(cmdclass={{"c": c}}, """,
        1,
    )
    folder = project({"setup.py": begin.format(""), "p/__init__.py": ""})
    assert run_setup(folder, "--description", env=C).stdout == "f\\xfcr\n"
    assert "f\\xfcr" in run_setup(folder, "--help-commands", env=C).stdout
    assert "\\xfcber" in run_setup(folder, "c", "--help", env=C).stdout
