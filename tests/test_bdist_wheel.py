"""The command bdist_wheel: what is in a wheel, how it is named, and which hooks are called on the way."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import wheels
from wheels import only_wheel

SETUP = """
from distutils.core import setup
setup(name="ns.fake--Pkg", version="1.0-RC1", url="https://example.org",
      author="a", author_email="e@example.org",
      packages=["pkg"], package_data={"pkg": ["*.dat"]}, py_modules=["mod"],
      scripts=["scripts/run", "scripts/plain"], headers=["include/h.h"],
      data_files=[("share/p", ["data/d"]), "data/alone", ("share/empty", [])])
"""

PROJECT = {
    "setup.py": SETUP,
    "pkg/__init__.py": "x = 1\n",
    "pkg/x.dat": "x",
    "mod.py": "y = 2\n",
    "scripts/run": "#!/usr/bin/env python3 -E\nprint('run')\n",
    "scripts/plain": "#!/bin/sh\necho plain\n",
    "include/h.h": "/* h */\n",
    "data/d": "d",
    "data/alone": "alone",
    "LICENSE": "Do what you want.\n",
}

DATA = "ns_fake_pkg-1.0rc1.data"
INFO = "ns_fake_pkg-1.0rc1.dist-info"
NAMES = [
    "mod.py",
    f"{DATA}/data/alone",
    f"{DATA}/data/share/p/d",
    f"{DATA}/headers/h.h",
    f"{DATA}/scripts/plain",
    f"{DATA}/scripts/run",
    "pkg/__init__.py",
    "pkg/x.dat",
    f"{INFO}/METADATA",
    f"{INFO}/WHEEL",
    f"{INFO}/licenses/LICENSE",
    f"{INFO}/top_level.txt",
    f"{INFO}/RECORD",
]


def test_a_wheel_has_everything_in_its_place_and_the_info_folder_last(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "bdist_wheel")
    wheel = only_wheel(folder)
    assert wheel.name == "ns_fake_pkg-1.0rc1-py3-none-any.whl"
    files = wheels.contents(wheel)
    assert list(files) == NAMES
    assert files[f"{DATA}/scripts/run"] == b"#!python -E\nprint('run')\n"
    assert files[f"{DATA}/scripts/plain"].startswith(b"#!/bin/sh\n")
    modes = wheels.modes(wheel)
    executable = {name for name, mode in modes.items() if mode == 0o100755}
    assert executable == {f"{DATA}/scripts/run", f"{DATA}/scripts/plain"}
    assert set(modes.values()) == {0o100755, 0o100644}
    assert wheels.info(wheel, "WHEEL") == (
        "Wheel-Version: 1.0\nGenerator: oxidist 0.1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    assert wheels.headers(wheel, "METADATA")["Metadata-Version"] == "2.4"
    assert not list((folder / "build").glob("bdist*")), "no second copy of the tree"


def test_the_same_files_give_the_same_bytes_wherever_and_whenever_they_are_built(project, run_setup) -> None:
    one, other = project(PROJECT, "one"), project(PROJECT, "elsewhere")
    os.chmod(other / "mod.py", 0o600)
    os.utime(other / "mod.py", (1, 1))
    built = []
    for folder, umask in ((one, 0o022), (other, 0o077), (one, 0o022)):
        before = os.umask(umask)
        try:
            run_setup(folder, "bdist_wheel")
        finally:
            os.umask(before)
        built.append(only_wheel(folder).read_bytes())
    assert built[0] == built[1] == built[2]
    assert wheels.times(only_wheel(one)) == {(1980, 1, 1, 0, 0, 0)}


def test_source_date_epoch_is_the_time_of_all_members_in_utc(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "bdist_wheel", env={"SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo"})
    assert wheels.times(only_wheel(folder)) == {(2023, 11, 14, 22, 13, 20)}
    done = run_setup(folder, "bdist_wheel", env={"SOURCE_DATE_EPOCH": "soon"}, status=1)
    assert "SOURCE_DATE_EPOCH must be a number of seconds (is 'soon')" in done.stderr


def test_what_install_really_does_packs_to_the_same_wheel(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "bdist_wheel")
    straight = only_wheel(folder).read_bytes()
    run_setup(folder, "bdist_wheel", "--keep-temp", "--bdist-dir=kept")
    assert only_wheel(folder).read_bytes() == straight
    assert (folder / "kept" / DATA / "scripts" / "run").exists()


HOOKED = [
    ("install_lib", "install", "installed = {command}.install(self)"),
    ("install", "run", "{command}.run(self)"),
    ("install_data", "run", "{command}.run(self)"),
    ("install_scripts", "run", "{command}.run(self)"),
    ("install_headers", "run", "{command}.run(self)"),
    ("install_egg_info", "run", "{command}.run(self)"),
    ("install_lib", "copy_tree", "installed = {command}.copy_tree(self, *args)"),
]


@pytest.mark.parametrize(("command", "method", "call"), HOOKED, ids=[f"{c}.{m}" for c, m, _ in HOOKED])
@pytest.mark.parametrize("way", ["subclass", "class", "instance"])
def test_a_hook_on_the_way_is_called_and_what_it_adds_is_in_the_wheel(
    command, method, call, way, project, run_setup
) -> None:
    hook = f"""
def hooked(self, *args):
    installed = None
    {call.format(command=command if way == "subclass" else "original")}
    folder = self.distribution.get_command_obj("install").root
    with open(folder + "/added.py", "w") as file:
        file.write("added = 1\\n")
    return installed
"""
    begin = f"from distutils.command.{command} import {command}\nimport distutils.core\n"
    if way == "subclass":
        begin += hook + f"class mine({command}):\n    {method} = hooked\n"
        change = f"cmdclass={{'{command}': mine}}, "
    else:
        begin += f"class original:\n    {method} = {command}.{method}\n" + hook
        change = ""
        if way == "class":
            begin += f"{command}.{method} = hooked\n"
    script = begin + SETUP.replace("setup(name", f"distutils.core.setup({change}name")
    if way == "instance":
        script = script.replace(
            "distutils.core.setup(", "distribution = distutils.core.setup(script_args=[], "
        )
        script = script.replace("script_args=[], ", "script_args=['clean', '-q'], ")
        script += f"""
import types
object = distribution.get_command_obj("{command}")
object.{method} = types.MethodType(hooked, object)
if "{command}" != "install":
    # Its sub-commands keep what is set on them.
    pass
distribution.run_command("bdist_wheel")
"""
    folder = project({**PROJECT, "setup.py": script})
    run_setup(folder, "bdist_wheel")
    assert set(wheels.contents(only_wheel(folder))) == {*NAMES, "added.py"}


def test_a_sub_command_of_installs_own_is_run(project, run_setup) -> None:
    script = """
from distutils.command.install import install
from distutils.core import Command

class install_more(Command):
    user_options = []
    def initialize_options(self):
        self.install_dir = None
    def finalize_options(self):
        self.set_undefined_options("install", ("install_lib", "install_dir"))
    def run(self):
        self.mkpath(self.install_dir)
        open(self.install_dir + "/more.txt", "w").close()
    def get_outputs(self):
        return []

class mine(install):
    sub_commands = install.sub_commands + [("install_more", None)]
""" + SETUP.replace("setup(name", "setup(cmdclass={'install': mine, 'install_more': install_more}, name")
    folder = project({**PROJECT, "setup.py": script})
    run_setup(folder, "bdist_wheel")
    assert set(wheels.contents(only_wheel(folder))) == {*NAMES, "more.txt"}


def test_an_option_of_a_command_that_installs_is_obeyed(project, run_setup) -> None:
    folder = project({**PROJECT, "setup.cfg": "[install_data]\ninstall_dir = elsewhere\n"})
    run_setup(folder, "bdist_wheel")
    # Not below the folder that is packed, as distutils takes it.
    assert (folder / "elsewhere/share/p/d").exists()
    assert set(NAMES) - set(wheels.contents(only_wheel(folder))) == {
        f"{DATA}/data/alone",
        f"{DATA}/data/share/p/d",
    }


OWN = """
from distutils.command.bdist_wheel import bdist_wheel

class mine(bdist_wheel):
    def finalize_options(self):
        bdist_wheel.finalize_options(self)
        self.root_is_pure = False
    def get_tag(self):
        python, abi, platform = bdist_wheel.get_tag(self)
        return "py3", "none", "weird_1"
    def write_wheelfile(self, wheelfile_base, generator="mine 1"):
        bdist_wheel.write_wheelfile(self, wheelfile_base, generator)
        with open(wheelfile_base + "/extra.json", "w") as file:
            file.write("{}")
    @property
    def license_paths(self):
        return ["data/d"]
"""


def test_hooks_of_the_command_itself_are_called(project, run_setup) -> None:
    script = OWN + SETUP.replace("setup(name", "setup(cmdclass={'bdist_wheel': mine}, name")
    folder = project({**PROJECT, "setup.py": script})
    run_setup(folder, "bdist_wheel")
    wheel = only_wheel(folder)
    assert wheel.name == "ns_fake_pkg-1.0rc1-py3-none-weird_1.whl"
    assert wheels.headers(wheel, "WHEEL").items() == [
        ("Wheel-Version", "1.0"),
        ("Generator", "mine 1"),
        ("Root-Is-Purelib", "false"),
        ("Tag", "py3-none-weird_1"),
    ]
    assert wheels.info(wheel, "extra.json") == "{}"
    assert wheels.info(wheel, "licenses/data/d") == "d"
    # Pure modules in a wheel whose root is not for them.
    assert f"{DATA}/purelib/mod.py" in wheels.contents(wheel)
    assert not list((folder / "build").glob("bdist*/wheel"))


def test_an_egg2dist_of_a_scripts_own_makes_the_info_folder(project, run_setup) -> None:
    script = """
from distutils.command.bdist_wheel import bdist_wheel
class mine(bdist_wheel):
    def egg2dist(self, egginfo_path, distinfo_path):
        assert "ns.fake_Pkg-1.0_RC1" in egginfo_path
        bdist_wheel.egg2dist(self, egginfo_path, distinfo_path)
        open(distinfo_path + "/own.txt", "w").close()
""" + SETUP.replace("setup(name", "setup(cmdclass={'bdist_wheel': mine}, name")
    folder = project({**PROJECT, "setup.py": script})
    run_setup(folder, "bdist_wheel")
    assert set(wheels.contents(only_wheel(folder))) == {*NAMES, f"{INFO}/own.txt"}


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["--universal"], "p-1-py2.py3-none-any.whl"),
        (["--python-tag=py37"], "p-1-py37-none-any.whl"),
        (["--plat-name=linux-x86_64"], "p-1-py3-none-linux_x86_64.whl"),
        (["--build-number=7b"], "p-1-7b-py3-none-any.whl"),
        (["--compression=stored"], "p-1-py3-none-any.whl"),
    ],
)
def test_options_say_tags_build_number_and_compression(options, name, project, run_setup) -> None:
    script = "from distutils.core import setup\nsetup(name='p', version='1', py_modules=['mod'])\n"
    folder = project({"setup.py": script, "mod.py": "x = 1\n" * 1000})
    run_setup(folder, "bdist_wheel", "--dist-dir=out", *options)
    wheel = only_wheel(folder, "out")
    assert wheel.name == name
    tags = wheels.headers(wheel, "WHEEL").get_all("Tag")
    expected = {"py2-none-any", "py3-none-any"} if "--universal" in options else {name[:-4].split("-", 2)[-1]}
    assert set(tags) == expected or "--build-number=7b" in options
    assert wheels.headers(wheel, "WHEEL")["Build"] == ("7b" if "--build-number=7b" in options else None)
    with zipfile.ZipFile(wheel) as archive:
        stored = archive.getinfo("mod.py").compress_type == zipfile.ZIP_STORED
    assert stored == ("--compression=stored" in options)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--build-number=x7"], "'build_number': \"x7\" must begin with a digit"),
        (["--compression=lzma"], "unknown compression 'lzma': it can be deflated or stored"),
        (["--py-limited-api=abi3"], "'py_limited_api' must be cp3 and a number, such as cp310"),
    ],
)
def test_an_option_that_cannot_be_is_an_error_before_anything_is_built(
    options, text, project, run_setup
) -> None:
    folder = project(PROJECT)
    done = run_setup(folder, "bdist_wheel", *options, status=1)
    assert text in done.stderr and done.stderr.startswith("error: ")
    assert not (folder / "build").exists() and not (folder / "dist").exists()


EXTENSION = """
from distutils.core import Extension, setup
setup(name="c", version="1", ext_modules=[Extension("spam", ["spam.c"]{limited})])
"""

SOURCE = """
#define Py_LIMITED_API 0x030a0000
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_spam(void) { return PyModule_Create(&module); }
"""


def test_a_wheel_with_an_extension_is_for_this_python_and_platform(project, run_setup) -> None:
    folder = project({"setup.py": EXTENSION.format(limited=""), "spam.c": SOURCE})
    run_setup(folder, "bdist_wheel")
    version = "cp{}{}".format(*sys.version_info[:2])
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    assert only_wheel(folder).name == f"c-1-{version}-{version}{sys.abiflags}-{platform}.whl"
    assert wheels.headers(only_wheel(folder), "WHEEL")["Root-Is-Purelib"] == "false"
    (module,) = (name for name in wheels.contents(only_wheel(folder)) if name.startswith("spam"))
    assert module == "spam" + sysconfig.get_config_var("EXT_SUFFIX")
    assert wheels.modes(only_wheel(folder))[module] == 0o100755
    done = run_setup(folder, "bdist_wheel", "--py-limited-api=cp310", "--dist-dir=out")
    assert f"'{module}' is for this Python alone" in done.stderr + done.stdout


def test_a_wheel_for_the_stable_abi_says_so(project, run_setup) -> None:
    script = EXTENSION.format(limited=", py_limited_api=True")
    folder = project({"setup.py": script, "spam.c": SOURCE})
    done = run_setup(folder, "bdist_wheel", "--py-limited-api=cp310")
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    assert only_wheel(folder).name == f"c-1-cp310-abi3-{platform}.whl"
    assert "spam.abi3.so" in wheels.contents(only_wheel(folder))
    assert "warning" not in done.stderr


def test_a_dry_run_makes_nothing_and_lists_the_wheel(project, run_setup, tree) -> None:
    folder = project(PROJECT)
    before = tree(folder)
    done = run_setup(folder, "--dry-run", "bdist_wheel")
    assert tree(folder) == before
    assert "creating 'dist/ns_fake_pkg-1.0rc1-py3-none-any.whl'" in done.stdout


def test_the_wheel_is_in_dist_files_with_a_digest(project, run_setup) -> None:
    script = SETUP.replace("setup(name", "distribution = setup(name") + (
        "import json, oxidist\n"
        "print('FILES', json.dumps([distribution.dist_files, oxidist.dist_file_digests(distribution)]))\n"
    )
    folder = project({**PROJECT, "setup.py": script})
    done = run_setup(folder, "bdist", "--formats=wheel")
    files, digests = json.loads(done.stdout.split("FILES ")[1])
    path = "dist/ns_fake_pkg-1.0rc1-py3-none-any.whl"
    assert files == [["bdist_wheel", "{}.{}".format(*sys.version_info[:2]), path]]
    assert digests[0][:2] == ["bdist_wheel", path] and len(digests[0][2]) == 64


def test_the_commands_are_listed(project, run_setup) -> None:
    listed = run_setup(project(PROJECT), "--help-commands").stdout
    for command in ("bdist_wheel", "dist_info", "egg_info"):
        assert f"  {command} " in listed
    help = run_setup(Path(project(PROJECT, "other")), "bdist_wheel", "--help").stdout
    assert "--py-limited-api" in help


def test_two_files_for_one_place_are_refused_and_both_are_named(project, run_setup) -> None:
    script = SETUP.replace('"data/alone"', '("share/p", ["other/d"])')
    folder = project({**PROJECT, "setup.py": script, "other/d": "another"})
    done = run_setup(folder, "bdist_wheel", status=1)
    assert f"two files for one place, '{DATA}/data/share/p/d': 'data/d' and 'other/d'" in done.stderr
    assert not list((folder / "dist").iterdir())


def test_an_absolute_folder_for_data_is_warned_about(project, run_setup) -> None:
    script = SETUP.replace('"data/alone"', '("/etc/p", ["data/alone"])')
    folder = project({**PROJECT, "setup.py": script})
    done = run_setup(folder, "bdist_wheel")
    assert "names the absolute folder '/etc/p'" in done.stderr + done.stdout
    straight = wheels.contents(only_wheel(folder))
    assert "etc/p/alone" in straight
    run_setup(folder, "bdist_wheel", "--keep-temp")
    assert wheels.contents(only_wheel(folder)) == straight


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_leaves_no_partial_wheel(project, run_setup) -> None:
    folder = project({**PROJECT, "pkg/x.dat": os.urandom(3_000_000)})
    script = (
        "import resource, runpy, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "sys.argv = ['setup.py', 'bdist_wheel', '--skip-build']\n"
        "runpy.run_path('setup.py', run_name='__main__')\n"
    )
    run_setup(folder, "build")
    done = run_setup(folder, script=["-c", script], status=1)
    assert "could not write 'dist/ns_fake_pkg-1.0rc1-py3-none-any.whl'" in done.stderr
    assert os.listdir(folder / "dist") == []


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--python-tag=", "'python_tag': \"\" must be"),
        ("--python-tag=py-3", "'python_tag': \"py-3\" must be"),
        ("--python-tag=py2..py3", "'python_tag': \"py2..py3\" must be"),
        ("--python-tag=cp313/x", "'python_tag': \"cp313/x\" must be"),
        ("--plat-name=a/b", "'plat_name': \"a/b\" must be"),
        ("--py-limited-api=cp3/x", "'py_limited_api' must be"),
    ],
)
def test_a_tag_that_no_file_name_can_have_is_an_error_that_names_the_option(
    option, told, project, run_setup
) -> None:
    folder = project(PROJECT)
    done = run_setup(folder, "bdist_wheel", option, status=1)
    assert done.stderr.splitlines()[-1].startswith(f"error: {told}"), done.stderr
    assert not (folder / "dist").exists() and not (folder / "build").exists()


def test_several_tags_with_dots_between_them_are_valid(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "bdist_wheel", "--python-tag=py2.py3")
    assert only_wheel(folder).name.endswith("-py2.py3-none-any.whl")
