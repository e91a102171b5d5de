"""bdist_rpm: spec files as CPython's distutils writes them, and real RPMs made of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from twins import setup_py

FILES = {
    "setup.py": setup_py(
        description="a boat",
        long_description="A boat,\nand the sea.",
        author="A. Person",
        author_email="a@example.org",
        url="https://example.org/",
        license="MIT",
        py_modules=["boat"],
        scripts=["sail"],
    ),
    "boat.py": "def where():\n    assert True\n    return 'at sea'\n",
    "sail": "#!/usr/bin/env python3\nimport boat\nprint(boat.where())\n",
    "README": "Read me.\n",
    "README.txt": "Read me, too.\n",
    "NEWS": "Land.\n",
    "icon.xpm": "/* XPM */\n",
    "prep.sh": "%setup -q -n %{name}-%{unmangled_version}\necho PREPARED\n",
    "one.sh": "echo one\r\necho 'r\u00eave'\n\n",
    "two.sh": "echo two",
    "empty.sh": "",
    "setup.cfg": "",
    "MANIFEST.in": "include NEWS README.txt\n",
}
WITH_EXTENSION = {
    **FILES,
    "setup.py": FILES["setup.py"]
    .replace("import setup", "import Extension, setup")
    .replace("py_modules=", "ext_modules=[Extension('hull', ['hull.c'])], py_modules="),
    "hull.c": "#include <Python.h>\n"
    'static struct PyModuleDef hull = {PyModuleDef_HEAD_INIT, "hull", NULL, -1};\n'
    "PyMODINIT_FUNC PyInit_hull(void) { return PyModule_Create(&hull); }\n",
    "MANIFEST.in": "include NEWS README.txt hull.c\n",
}
BARE = {**FILES, "setup.py": setup_py()}
HISTORY = """
    * Mon Jan 05 2026 A. Person <a@example.org> 1.0-1
    - first
    more of it
    * Sun Jan 04 2026 A. Person <a@example.org> 0.9-1
      - before
"""
EVERY_SCRIPT = [
    *("--prep-script=prep.sh", "--build-script=one.sh", "--install-script=two.sh", "--clean-script=one.sh"),
    *("--verify-script=two.sh", "--pre-install=one.sh", "--post-install=empty.sh"),
    *("--pre-uninstall=one.sh", "--post-uninstall=two.sh"),
]

# Which project, its setup.cfg, the options.
SPEC_FILES = {
    "nothing": (FILES, "", []),
    "no metadata": (BARE, "", []),
    "an extension": (WITH_EXTENSION, "", []),
    "an extension without RPM's flags": (WITH_EXTENSION, "", ["--no-rpm-opt-flags"]),
    "flags without an extension": (FILES, "", ["--use-rpm-opt-flags"]),
    "another architecture": (WITH_EXTENSION, "", ["--force-arch=sparc"]),
    "an architecture for modules": (FILES, "", ["--force-arch", "x86_64"]),
    "another Python": (FILES, "", ["--python=/opt/bin/python3.10"]),
    "no requirements by RPM": (FILES, "", ["--no-autoreq"]),
    "bzip2": (FILES, "", ["--use-bzip2"]),
    "all scripts": (FILES, "", EVERY_SCRIPT),
    "all scripts, an extension": (WITH_EXTENSION, "", EVERY_SCRIPT),
    "an empty script": (FILES, "", ["--build-script=empty.sh"]),
    "documentation": (FILES, "", ["--doc-files=NEWS,README"]),
    "documentation with spaces": (FILES, "", ["--doc-files", "NEWS setup.py"]),
    "an icon": (FILES, "", ["--icon=./icon.xpm"]),
    "capabilities": (
        FILES,
        "",
        ["--provides=boat, hull", "--requires=sea >= 1", "--conflicts=iceberg", "--obsoletes=raft float"],
    ),
    "requirements for building": (FILES, "", ["--build-requires=python3-devel,gcc"]),
    "who": (FILES, "", ["--vendor=V <v@x>", "--packager=P <p@x>", "--distribution-name=Oceanix 7"]),
    "numbers": (FILES, "", ["--release=2-rc1", "--serial=4", "--group=Applications/Sea"]),
    "a history": (FILES, f"[bdist_rpm]\nchangelog ={HISTORY}", []),
    "a history of one line": (FILES, "", ["--changelog=- all"]),
    "a configuration file": (
        FILES,
        "[bdist_rpm]\nrelease = 3\ndoc_files = NEWS\nrequires = a\n b\nuse_bzip2 = 1\nno_autoreq = yes\n",
        [],
    ),
    "a version with a hyphen": (
        {**FILES, "setup.py": setup_py(version="1.0-beta-2", name="my-boat")},
        "",
        [],
    ),
    "a maintainer": (
        {
            **FILES,
            "setup.py": setup_py(maintainer="M", maintainer_email="m@x", author="A", author_email="a@x"),
        },
        "",
        [],
    ),
    "RPM 2": (FILES, "", ["--rpm2-mode", "--rpm-base=here"]),
    "another folder": (FILES, "", ["--dist-dir=out/rpms", "--quiet", "--keep-temp", "--source-only"]),
    "letters": (FILES, "", ["-q", "-k", "-dout"]),
    "texts that are not ASCII": (
        {
            **FILES,
            "setup.py": setup_py(description="Un r\u00eave", author="Ang\u00e8le", long_description="\u6d77"),
        },
        "",
        [],
    ),
}


def spec_file(folder: Path) -> str:
    (path,) = [path for path in folder.rglob("*.spec")]
    return f"{path.relative_to(folder)}\n{path.read_bytes().decode()}"


@pytest.mark.parametrize("case", SPEC_FILES)
def test_a_spec_file_is_cpythons_to_the_letter(case, project, oracle, run_setup) -> None:
    files, configuration, options = SPEC_FILES[case]
    files = {**files, "setup.cfg": configuration}
    theirs, ours = project(files, "theirs"), project(files, "ours")
    oracle.run("setup.py", "bdist_rpm", "--spec-only", *options, cwd=theirs)
    run_setup(ours, "bdist_rpm", "--spec-only", *options)
    assert spec_file(ours) == spec_file(theirs)


WORKAROUND = """#!/bin/sh
printf '\\n  brp-compress \\n\\n    brp-python-bytecompile \\n  brp-python-bytecompile %s\\n  end \\n' "$2"
"""


@pytest.mark.parametrize("program", [WORKAROUND, "#!/bin/sh\necho rpm is ill >&2\nexit 1\n", None])
def test_what_rpm_does_after_installing_is_looked_at(program, project, oracle, run_setup, tmp_path) -> None:
    bin = tmp_path / "bin"
    bin.mkdir()
    if program:
        (bin / "rpm").write_text(program)
        (bin / "rpm").chmod(0o755)
    theirs, ours = project(FILES, "theirs"), project(FILES, "ours")
    oracle.run("setup.py", "bdist_rpm", "--spec-only", cwd=theirs, env={"PATH": str(bin)})
    run_setup(ours, "bdist_rpm", "--spec-only", env={"PATH": str(bin)})
    assert spec_file(ours) == spec_file(theirs)
    assert ("bugs.python.org/issue14443" in spec_file(ours)) == (program == WORKAROUND)


def test_the_exact_python_can_be_named(project, run_setup) -> None:
    folder = project(FILES)
    run_setup(folder, "bdist_rpm", "--spec-only", "--fix-python")
    assert f"\n%build\n{sys.executable} setup.py build\n" in spec_file(folder)


def test_empty_lines_in_a_history_are_left_out(project, run_setup) -> None:
    script = setup_py(options={"bdist_rpm": {"changelog": "* Mon one\n\n- first\n \n* Sun two\n- second\n"}})
    folder = project({**FILES, "setup.py": script})
    run_setup(folder, "bdist_rpm", "--spec-only")
    assert spec_file(folder).endswith("%changelog\n* Mon one\n- first\n\n* Sun two\n- second\n")


METHODS = """
import json
from distutils.dist import Distribution

command = Distribution({"name": "p", "version": "1.0"}).get_command_obj("bdist_rpm")
command.ensure_finalized()
command.dist_dir = "out"
histories = [None, "", "* a\\n- b\\nc", "x\\n* a", "  - a  \\n* b\\n* c"]
print(json.dumps([
    command._dist_path("a/b.rpm"), command._dist_path("b"),
    [command._format_changelog(each) for each in histories],
    command._make_spec_file()[0], sorted((name, repr(value)) for name, value in vars(command).items()
        if isinstance(value, (str, int, list, type(None))) and not name.startswith("_")),
]))
"""


def test_methods_and_attributes_are_cpythons(project, oracle, run_setup) -> None:
    folder = project({"driver.py": METHODS})
    expected = json.loads(oracle.run("driver.py", cwd=folder).stdout)
    assert json.loads(run_setup(folder, script="driver.py").stdout) == expected


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--rpm2-mode"], "you must specify --rpm-base in RPM 2 mode"),
        (
            ["--python=x", "--fix-python"],
            "--python and --fix-python are mutually exclusive options",
        ),
        (["--source-only", "--binary-only"], "cannot supply both '--source-only' and '--binary-only'"),
        (
            ["--prep-script=nowhere"],
            "error in 'prep_script' option: 'nowhere' does not exist or is not a file",
        ),
        (["--icon=."], "error in 'icon' option: '.' does not exist or is not a file"),
    ],
)
def test_options_that_cannot_be_are_refused_as_there(options, reason, project, oracle, run_setup) -> None:
    theirs, ours = project(FILES, "theirs"), project(FILES, "ours")
    for done in (
        run_setup(ours, "bdist_rpm", *options, status=1),
        oracle.run("setup.py", "bdist_rpm", *options, cwd=theirs, status=1),
    ):
        assert done.stderr.splitlines()[-1] == f"error: {reason}"
        assert "Traceback" not in done.stderr


def refused(folder: Path, run_setup, *options: str, **more) -> str:
    done = run_setup(folder, *options, status=1, **more)
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def test_a_script_that_is_not_utf8_is_named(project, run_setup) -> None:
    folder = project({**FILES, "latin.sh": b"echo r\xeave\n"})
    error = refused(folder, run_setup, "bdist_rpm", "--spec-only", "--build-script=latin.sh")
    assert error == "error: could not read 'latin.sh': it is not UTF-8"


@pytest.mark.parametrize("there", [[], ["rpm"]])
def test_without_rpmbuild_nothing_is_begun(there, project, run_setup, tmp_path) -> None:
    bin = tmp_path / "bin"
    bin.mkdir()
    for name in there:
        (bin / name).write_text("#!/bin/sh\n")
        (bin / name).chmod(0o755)
    folder = project(FILES)
    error = refused(folder, run_setup, "bdist_rpm", env={"PATH": str(bin)})
    assert error.startswith(f"error: '{'rpmbuild' if there else 'rpm'}' is not installed")
    assert not (folder / "dist").exists()


def test_a_folder_with_a_space_in_its_name_is_refused(project, run_setup) -> None:
    folder = project(FILES, "my project")
    error = refused(folder, run_setup, "--dry-run", "bdist_rpm")
    assert "a path with a space in it: name another folder with --rpm-base" in error


def test_another_system_is_refused(distutils, monkeypatch) -> None:
    from distutils.dist import Distribution
    from distutils.errors import DistutilsPlatformError

    command = Distribution({"name": "p"}).get_command_obj("bdist_rpm")
    command.bdist_base = "x"
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(DistutilsPlatformError, match="RPM distributions on platform nt"):
        command.finalize_options()


def test_a_dry_run_changes_nothing_and_shows_the_command_line(project, run_setup, tree) -> None:
    folder = project(FILES)
    before = tree(folder)
    done = run_setup(folder, "--dry-run", "bdist_rpm", "--python=py", "--quiet", "--binary-only")
    assert tree(folder) == before
    top = folder / f"build/bdist.{sysconfig.get_platform()}/rpm"
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("rpmbuild")]
    command = f"rpmbuild -bb --define __python py --define _topdir {top} --clean --quiet"
    assert line == f"{command} {top.relative_to(folder)}/SPECS/p.spec"


@pytest.mark.parametrize(
    ("options", "is_passed_on"),
    [
        (["bdist_rpm", "--quiet"], True),
        (["bdist_rpm", "-q"], True),
        (["-q", "bdist_rpm"], False),
        (["bdist_rpm"], False),
    ],
)
def test_quiet_is_passed_on_where_it_is_the_commands(options, is_passed_on, project, run_setup) -> None:
    script = (
        FILES["setup.py"]
        + "import oxidist\nprint('RUN', [a for a in oxidist.journal(dry_run=True) if a[0] == 'run'])\n"
    )
    done = run_setup(project({**FILES, "setup.py": script}), "--dry-run", *options)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RUN ")]
    assert ("'--quiet'" in line) == is_passed_on


def test_debug_mode_shows_what_goes_into_the_spec_file(project, oracle, run_setup) -> None:
    theirs, ours = project(FILES, "theirs"), project(FILES, "ours")
    options = ["bdist_rpm", "--spec-only", "--doc-files=NEWS"]
    shown = [
        done.stdout[done.stdout.index("before _get_package_data()") :].splitlines()[:5]
        for done in (
            run_setup(ours, *options, env={"DISTUTILS_DEBUG": "1"}),
            oracle.run("setup.py", *options, cwd=theirs, env={"DISTUTILS_DEBUG": "1"}),
        )
    ]
    assert shown[0] == shown[1]


# From here on with RPM itself.

LISTED = "print('FILES', __import__('json').dumps(distribution.dist_files))\n"


@pytest.fixture
def rpmbuild() -> None:
    for program in ("rpm", "rpmbuild", "rpm2cpio", "cpio"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program} (.ci/run installs it wherever apt-get can)")


def listing(files: dict[str, str]) -> dict[str, str]:
    """The project, whose script tells of its `dist_files` at its end."""
    return {**files, "setup.py": files["setup.py"].replace("setup(\n", "distribution = setup(\n") + LISTED}


def dist_files(output: str) -> list[list[str]]:
    """Those of the whole run: RPM runs the script twice before."""
    return json.loads(output.rpartition("FILES ")[2].splitlines()[0])


def unpacked(rpm: Path, root: Path) -> Path:
    root.mkdir()
    data = subprocess.run(["rpm2cpio", rpm], check=True, capture_output=True).stdout
    subprocess.run(["cpio", "--quiet", "-id", "--no-absolute-filenames"], cwd=root, input=data, check=True)
    return root


def asked(rpm: Path, *question: str) -> str:
    return subprocess.run(
        ["rpm", "-qp", "--nosignature", *question, rpm], check=True, capture_output=True, text=True
    ).stdout


def imported(root: Path, statement: str) -> str:
    """What a Python with the site-packages below `root` says."""
    (module,) = root.rglob("boat.py")
    done = subprocess.run(
        [sys.executable, "-S", "-c", statement],
        env={**os.environ, "PYTHONPATH": str(module.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_source_and_a_binary_rpm_are_made_and_what_is_in_them_runs(
    rpmbuild, project, run_setup, tmp_path
) -> None:
    folder = project(listing(FILES))
    # With a variable under which CPython's list of installed files names byte code that is not there.
    done = run_setup(
        folder,
        *("bdist_rpm", "--fix-python", "--doc-files=NEWS", "--post-install=two.sh", "--release=7"),
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert dist_files(done.stdout) == [
        ["bdist_rpm", "any", "dist/p-1.0-7.src.rpm"],
        ["bdist_rpm", "any", "dist/p-1.0-7.noarch.rpm"],
    ]
    assert sorted(os.listdir(folder / "dist")) == ["p-1.0-7.noarch.rpm", "p-1.0-7.src.rpm", "p-1.0.tar.gz"]
    rpm = folder / "dist/p-1.0-7.noarch.rpm"
    tags = "%{name}|%{version}|%{release}|%{summary}|%{license}|%{vendor}|%{url}|%{group}"
    assert asked(rpm, "--qf", tags) == (
        "p|1.0|7|a boat|MIT|A. Person <a@example.org>|https://example.org/|Development/Libraries"
    )
    assert "echo two" in asked(rpm, "--scripts")
    names = asked(rpm, "--list").splitlines()
    assert {os.path.basename(name) for name in names} >= {"boat.py", "sail", "NEWS"}
    tag = sys.implementation.cache_tag
    assert {f"boat.{tag}.pyc", f"boat.{tag}.opt-1.pyc"} <= {os.path.basename(name) for name in names}
    assert imported(unpacked(rpm, tmp_path / "root"), "import boat; print(boat.where())") == "at sea"
    source = unpacked(folder / "dist/p-1.0-7.src.rpm", tmp_path / "source")
    assert sorted(os.listdir(source)) == ["p-1.0.tar.gz", "p.spec"]
    assert not list(folder.glob("build/bdist.*/rpm/BUILD/*"))


def test_an_rpm_can_be_installed_below_a_root(rpmbuild, project, run_setup, tmp_path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can install below another root")
    folder, root = project(FILES), tmp_path / "root"
    run_setup(folder, "bdist_rpm", "--binary-only", "--fix-python", "--no-autoreq")
    root.mkdir()
    options = ["--root", str(root), "--nodeps", "--noscripts"]
    subprocess.run(["rpm", *options, "-i", folder / "dist/p-1.0-1.noarch.rpm"], check=True)
    assert imported(root, "import boat; print(boat.where())") == "at sea"
    subprocess.run(["rpm", *options, "-e", "p"], check=True)
    assert not list(root.rglob("boat*"))


def test_an_extension_is_compiled_with_rpms_flags_into_an_rpm_for_this_machine(
    rpmbuild, project, run_setup, tmp_path
) -> None:
    if not shutil.which("cc"):
        pytest.skip("there is no compiler")
    folder = project(listing(WITH_EXTENSION))
    done = run_setup(folder, "bdist_rpm", "--fix-python", "--binary-only")
    flags = subprocess.run(["rpm", "--eval", "%{optflags}"], capture_output=True, text=True).stdout.split()
    # Once: what %build has compiled is what %install takes.
    (compiling,) = [line for line in done.stdout.splitlines() if " -c hull.c" in line]
    assert set(flags) <= set(compiling.split())
    machine = subprocess.run(["rpm", "--eval", "%{_arch}"], capture_output=True, text=True).stdout.strip()
    version = "{}.{}".format(*sys.version_info[:2])
    assert dist_files(done.stdout) == [["bdist_rpm", version, f"dist/p-1.0-1.{machine}.rpm"]]
    root = unpacked(folder / f"dist/p-1.0-1.{machine}.rpm", tmp_path / "root")
    assert imported(root, "import hull; print(hull.__name__)") == "hull"


def test_only_the_source_rpm_with_bzip2_and_the_icon_in_a_folder_of_its_own(
    rpmbuild, project, run_setup, tmp_path
) -> None:
    folder = project(listing(FILES))
    done = run_setup(
        folder,
        *("bdist_rpm", "--source-only", "--use-bzip2", "--icon=icon.xpm", "--dist-dir=out", "--keep-temp"),
    )
    assert dist_files(done.stdout) == [["bdist_rpm", "any", "out/p-1.0-1.src.rpm"]]
    names = asked(folder / "out/p-1.0-1.src.rpm", "--list").split()
    assert sorted(names) == ["icon.xpm", "p-1.0.tar.bz2", "p.spec"]


def test_bdist_makes_rpms_beside_other_formats(rpmbuild, project, run_setup) -> None:
    folder = project({**listing(FILES), "setup.cfg": "[bdist_rpm]\nfix_python = 1\nbinary_only = 1\n"})
    done = run_setup(folder, "bdist", "--formats=rpm,zip")
    assert [entry[0] for entry in dist_files(done.stdout)] == ["bdist_rpm", "bdist_dumb"]
    assert (folder / "dist/p-1.0-1.noarch.rpm").exists()


WITHOUT_SCRIPT = {
    "pyproject.toml": """
        [project]
        name = "p"
        version = "1.0"
        description = "a boat"
        license = "MIT"
        authors = [{ name = "Ann Person", email = "a@example.org" }]
        urls = { Source = "https://example.org/source", homepage = "https://example.org/" }
        scripts = { sail = "boat:main" }
        [tool.oxidist]
        py-modules = ["boat"]
        """,
    "boat.py": FILES["boat.py"] + "def main():\n    print(where())\n",
}


def test_a_project_without_a_script_is_built_by_what_builds_it_here(
    rpmbuild, project, run_setup, tmp_path
) -> None:
    folder = project(WITHOUT_SCRIPT)
    run_setup(folder, "-q", "bdist_rpm", "--fix-python", script=["-m", "oxidist"])
    assert sorted(os.listdir(folder / "dist")) == ["p-1.0-1.noarch.rpm", "p-1.0-1.src.rpm", "p-1.0.tar.gz"]
    rpm = folder / "dist/p-1.0-1.noarch.rpm"
    assert asked(rpm, "--qf", "%{license}|%{vendor}|%{url}") == (
        "MIT|Ann Person <a@example.org>|https://example.org/"
    )
    names = {os.path.basename(name) for name in asked(rpm, "--list").splitlines()}
    assert {"boat.py", "sail"} <= names
    assert imported(unpacked(rpm, tmp_path / "root"), "import boat; boat.main()") == "at sea"


def test_a_python_that_cannot_build_a_project_without_a_script_is_told_of(
    rpmbuild, project, run_setup
) -> None:
    folder = project(WITHOUT_SCRIPT)
    options = ("bdist_rpm", "--binary-only", "--python=/bin/false")
    error = refused(folder, run_setup, *options, script=["-m", "oxidist"])
    assert "'/bin/false' in the spec file is a Python without oxidist" in error
    assert not list((folder / "dist").glob("*.rpm"))


OURS_ONLY = "import sys; print('WHOSE', 'oxidist._core' in sys.modules, flush=True)\n"


def test_the_python_that_rpm_starts_has_this_distutils_where_it_is_installed(
    rpmbuild, project, run_setup
) -> None:
    folder = project({**FILES, "setup.py": FILES["setup.py"] + OURS_ONLY})
    done = run_setup(
        folder,
        *("bdist_rpm", "--fix-python", "--binary-only"),
        script=["-m", "oxidist"],
        env={"OXIDIST_DISTUTILS": ""},
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("WHOSE")]
    assert said == ["WHOSE True"] * 3


def test_the_variables_for_rpm_are_put_back(distutils, monkeypatch, project) -> None:
    from distutils.command.bdist_rpm import bdist_rpm
    from distutils.dist import Distribution
    from distutils.errors import DistutilsExecError

    seen = []

    class watched(bdist_rpm):
        def spawn(self, cmd, search_path=1, level=1):
            seen.append({name: os.environ.get(name) for name in variables})
            raise DistutilsExecError("enough")

    if not shutil.which("rpm"):
        pytest.skip("there is no rpm (.ci/run installs it wherever apt-get can)")
    variables = ("OXIDIST_DISTUTILS", "PYTHONDONTWRITEBYTECODE")
    monkeypatch.chdir(project(FILES))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "yes")
    monkeypatch.delenv("OXIDIST_DISTUTILS", raising=False)
    distribution = Distribution({"name": "p", "version": "1.0", "script_name": "setup.py"})
    command = watched(distribution)
    command.ensure_finalized()
    with pytest.raises(DistutilsExecError, match="enough"):
        command.run()
    assert seen == [{"OXIDIST_DISTUTILS": "1", "PYTHONDONTWRITEBYTECODE": None}]
    assert [os.environ.get(name) for name in variables] == [None, "yes"]


def test_a_python_without_distutils_is_told_of(rpmbuild, project, run_setup) -> None:
    folder = project(FILES)
    error = refused(folder, run_setup, "bdist_rpm", "--binary-only", "--python=/bin/false")
    assert (
        "rpmbuild' failed with exit code 1: '/bin/false' in the spec file is a Python without distutils"
        in error
    )


def test_a_build_that_fails_in_rpm_is_one_line(rpmbuild, project, run_setup) -> None:
    folder = project({**FILES, "bad.sh": "exit 3\n"})
    error = refused(folder, run_setup, "bdist_rpm", "--binary-only", "--fix-python", "--build-script=bad.sh")
    assert error.endswith("rpmbuild' failed with exit code 1")
    assert not list((folder / "dist").glob("*.rpm"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--prep-script=tag.sh"], "Unknown tag: Nonsense: yes"),
        (["--release=1 2"], "Tag takes single token only: Release: 1 2"),
        (["--force-arch=abacus"], "No compatible architectures found for build"),
    ],
)
def test_what_rpm_cannot_read_is_named_with_its_own_words(
    options, reason, rpmbuild, project, run_setup
) -> None:
    folder = project({**FILES, "tag.sh": "%package x\nNonsense: yes\n"})
    error = refused(folder, run_setup, "bdist_rpm", "--fix-python", *options)
    assert error.startswith("error: RPM cannot read 'build/bdist.") and reason in error
