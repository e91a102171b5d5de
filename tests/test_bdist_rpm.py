"""bdist_rpm: spec files as CPython's distutils writes them, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest
from rpm_projects import FILES, WITH_EXTENSION, refused
from twins import setup_py

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
