"""The chapter on extending distutils, rule by rule, on the project in examples/extending."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "extending"

BOTH_PACKAGES = ("--command-packages", "distcmds,buildcmds")
SDIST = "tidebook-1.2.tar.gz"
BUNDLE = "tidebook-1.2.src.openpkg.tar.gz"  # by distcmds
REQUEST = "tidebook-1.2.openpkg-request"  # by buildcmds

# Prints what is in dist_files at the end: last argument of the process is the command line.
SHOW_DIST_FILES = """
import sys
from distutils.core import run_setup
print(*run_setup("setup.py", sys.argv[1:]).dist_files, sep="\\n")
"""

# Runs setup.py with the example's command packages, in a process that takes no PYTHONPATH.
WITH_COMMANDS = """
import runpy, sys
sys.path.insert(0, "../commands")
sys.argv[0] = "setup.py"
runpy.run_path("setup.py", run_name="__main__")
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example's project, with its command packages beside it."""
    made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__")
    shutil.copytree(EXAMPLE, tmp_path / "extending", ignore=made_by_use)
    return tmp_path / "extending" / "project"


@pytest.fixture
def run(example: Path, run_setup) -> Callable:
    """Runs the project's setup.py with the command packages on the path: `run("build")`."""

    def run(
        *args: str, status: int | None = 0, home: Path | None = None, script="setup.py", **variables: str
    ):
        path = [str(example.parent / "commands"), os.environ.get("PYTHONPATH", "")]
        variables["PYTHONPATH"] = os.pathsep.join(os.path.abspath(entry) for entry in path if entry)
        if home is not None:
            variables["HOME"] = str(home)
        return run_setup(example, *args, env=variables, status=status, script=script)

    return run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Somebody whose configuration file asks for buildcmds."""
    folder = tmp_path / "somebody"
    folder.mkdir()
    (folder / ".pydistutils.cfg").write_text("[global]\ncommand_packages = buildcmds\n")
    return folder


@pytest.fixture
def commands(example: Path) -> Callable[..., Path]:
    """`commands("mine", clean="...")` adds a command package with these modules beside the example's own."""

    def make(package: str, **modules: str) -> Path:
        folder = example.parent / "commands" / package
        folder.mkdir()
        for name, source in {"__init__": "", **modules}.items():
            (folder / f"{name}.py").write_text(source)
        return folder

    return make


def made_in(project: Path) -> list[str]:
    folder = project / "dist"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def last_line(text: str) -> str:
    return text.splitlines()[-1]


def command_source(name: str, action: str, base: str = "Command") -> str:
    return (
        f"from distutils.core import Command\n"
        f"class {name}({base}):\n"
        f"    user_options = []\n"
        f"    initialize_options = finalize_options = lambda self: None\n"
        f"    def run(self): {action}\n"
    )


# --- Commands in the setup script ---------------------------------------------------------------------------


def test_a_replacement_that_subclasses_build_py_takes_files_of_other_kinds(example: Path, run) -> None:
    run("build")
    harbours = {path.name for path in (example / "build/lib/tidebook/harbours").iterdir()}
    assert harbours == {"__init__.py", "brest.station", "husum.station", "husum.sounding", "index.txt"}
    assert (example / "build/lib/tidebook/templates/table.txt").is_file()


def test_an_option_that_the_replacement_adds_is_an_option_of_the_command(example: Path, run) -> None:
    run("build_py", "--data-kinds=*.sounding")
    harbours = {path.name for path in (example / "build/lib/tidebook/harbours").iterdir()}
    assert harbours == {"__init__.py", "husum.sounding"}


def test_the_replacement_is_used_by_every_command_that_asks_for_the_one_it_replaces(
    example: Path, run, tmp_path: Path
) -> None:
    run("install", f"--root={tmp_path / 'root'}", "--prefix=/usr/local", f"--record={tmp_path / 'record'}")
    (sounding,) = (tmp_path / "root").rglob("husum.sounding")
    record = (tmp_path / "record").read_text().splitlines()
    assert f"/{sounding.relative_to(tmp_path / 'root')}" in record
    assert any(line.endswith("tidebook/harbours/index.txt") for line in record)
    run("sdist")
    with tarfile.open(example / "dist" / SDIST) as archive:
        assert "tidebook-1.2/tidebook/harbours/husum.sounding" in archive.getnames()


def test_a_new_command_derives_from_command_directly(run) -> None:
    done = run("check_stations", "--strict")
    assert done.stdout.splitlines()[0] == "running check_stations"
    assert "tidebook/harbours/husum.station is complete" in done.stdout


def test_a_new_command_ends_the_run_with_distutils_own_errors(example: Path, run) -> None:
    (example / "tidebook/harbours/wells.station").write_text("name: Wells\nposition: 52.98 N, 0.85 E\n")
    done = run("check_stations", status=1)
    assert done.stderr == "error: tidebook/harbours/wells.station: no range\n"


def test_a_sub_command_is_run_where_its_predicate_holds(example: Path, run) -> None:
    assert "running build_index" in run("build").stdout
    for station in (example / "tidebook/harbours").glob("*.station"):
        station.unlink()
    shutil.rmtree(example / "build")
    assert "running build_index" not in run("build").stdout
    assert not (example / "build/lib/tidebook/harbours/index.txt").exists()


def test_a_sub_command_added_to_sdist_can_stop_it(example: Path, run) -> None:
    (example / "tidebook/harbours/wells.station").write_text("name: Wells\n")
    assert "wells.station: no position" in run("sdist", status=1).stderr
    assert made_in(example) == []


def test_what_the_project_installs_runs(example: Path, run, run_setup, tmp_path: Path) -> None:
    run("install", f"--root={tmp_path / 'root'}", "--prefix=/usr/local")
    (package,) = (path for path in (tmp_path / "root").rglob("site-packages/tidebook"))
    script = tmp_path / "root/usr/local/bin/tidebook"
    environment = {"PYTHONPATH": str(package.parent), "OXIDIST_DISTUTILS": ""}
    done = run_setup(tmp_path, "brest", script=str(script), env=environment)
    assert done.stdout == "Brest (48.383 N, 4.495 W)\nmean range 4.5 m above hydrographic zero\n\n"
    assert run_setup(tmp_path, script=str(script), env=environment).stdout == "brest Brest\nhusum Husum\n"
    assert (tmp_path / "root/usr/local/etc/tidebook/tidebook.conf").is_file()


@pytest.mark.parametrize("base", ["object", "dict"])
def test_a_command_is_required_to_derive_from_command(run, commands, base: str) -> None:
    commands("loose", adrift=command_source("adrift", "print('it ran')", base))
    done = run("--command-packages=loose", "adrift", status=1)
    assert "it ran" not in done.stdout
    assert "adrift" in last_line(done.stderr) and "must subclass Command" in last_line(done.stderr)


def test_a_command_in_cmdclass_is_required_to_derive_from_command(run, project, run_setup) -> None:
    source = "from distutils.core import setup\nclass adrift: pass\nsetup(cmdclass={'adrift': adrift})\n"
    done = run_setup(project({"setup.py": source}, name="adrift"), "adrift", status=1)
    assert "must subclass Command" in last_line(done.stderr)


# --- command_packages: where it is given --------------------------------------------------------------------


def test_the_chapters_command_line_finds_the_command_and_bundles_the_source_archive(
    example: Path, run
) -> None:
    run(*BOTH_PACKAGES, "bdist_openpkg")
    assert made_in(example) == [BUNDLE, SDIST]
    with tarfile.open(example / "dist" / BUNDLE) as bundle:
        folder = "tidebook-1.2.openpkg"
        assert sorted(bundle.getnames()) == [folder, f"{folder}/{SDIST}", f"{folder}/tidebook.spec"]
        spec = bundle.extractfile(f"{folder}/tidebook.spec").read().decode()
        inner = bundle.extractfile(f"{folder}/{SDIST}").read()
    assert "\nName:         tidebook\n" in spec and f"\nSource0:      {SDIST}\n" in spec
    assert inner == (example / "dist" / SDIST).read_bytes()


def test_python_m_oxidist_does_the_same(example: Path, run) -> None:
    run(*BOTH_PACKAGES, "bdist_openpkg", script=["-m", "oxidist"])
    assert made_in(example) == [BUNDLE, SDIST]


def test_without_command_packages_only_distutils_command_is_searched(run) -> None:
    assert last_line(run("bdist_openpkg", status=1).stderr) == "error: invalid command 'bdist_openpkg'"


def test_it_may_not_stand_after_a_command_on_the_command_line(example: Path, run) -> None:
    done = run("build", "--command-packages", "distcmds", status=1)
    assert last_line(done.stderr) == (
        "error: option --command-packages not recognized: --command-packages stands before every command"
    )
    assert not (example / "build").exists()


def test_it_may_stand_in_the_global_section_of_a_configuration_file(example: Path, run, home: Path) -> None:
    done = run("bdist_openpkg", home=home)
    assert made_in(example) == [REQUEST]
    assert "warning" not in done.stdout + done.stderr


def test_it_is_no_option_in_another_section_of_a_configuration_file(run, home: Path) -> None:
    (home / ".pydistutils.cfg").write_text("[build]\ncommand_packages = buildcmds\n")
    done = run("build", home=home, status=1)
    assert ".pydistutils.cfg" in last_line(done.stderr)
    assert "command 'build' has no such option 'command_packages'" in last_line(done.stderr)
    assert last_line(run("bdist_openpkg", home=home, status=1).stderr).startswith("error: invalid command")


def test_a_configuration_file_is_overridden_from_the_command_line(example: Path, run, home: Path) -> None:
    run("--command-packages=distcmds", "bdist_openpkg", home=home)
    assert made_in(example) == [BUNDLE, SDIST]


@pytest.mark.parametrize(
    "empty", [["--command-packages="], ["--command-packages", ""]], ids=["=", "separate"]
)
def test_the_empty_string_on_the_command_line_restores_the_default(
    example: Path, run, home: Path, empty: list[str]
) -> None:
    done = run(*empty, "bdist_openpkg", home=home, status=1)
    assert last_line(done.stderr) == "error: invalid command 'bdist_openpkg'"
    assert "running build_py" in run(*empty, "build", home=home).stdout


def test_the_users_configuration_file_is_not_read_with_no_user_cfg(run, home: Path) -> None:
    done = run("--no-user-cfg", "bdist_openpkg", home=home, status=1)
    assert last_line(done.stderr) == "error: invalid command 'bdist_openpkg'"


def test_a_configuration_file_named_in_the_environment_counts_too(example: Path, run, home: Path) -> None:
    run("bdist_openpkg", DIST_EXTRA_CONFIG=str(home / ".pydistutils.cfg"))
    assert made_in(example) == [REQUEST]


def test_a_projects_own_configuration_file_is_obeyed_with_a_warning_that_names_it(example: Path, run) -> None:
    (example / "setup.cfg").write_text("[sdist]\nformats = zip\n\n[global]\ncommand_packages = buildcmds\n")
    done = run("bdist_openpkg")
    assert made_in(example) == [REQUEST]
    assert "warning: setup.cfg:5: command_packages" in done.stdout + done.stderr


def test_a_projects_configuration_file_without_it_is_not_warned_of(example: Path, run) -> None:
    (example / "setup.cfg").write_text("[sdist]\nformats = zip\n")
    done = run(*BOTH_PACKAGES, "sdist")
    assert made_in(example) == ["tidebook-1.2.zip"]
    assert "command_packages" not in done.stdout + done.stderr


# --- command_packages: what is searched ---------------------------------------------------------------------


def test_packages_are_searched_in_the_order_given(example: Path, run) -> None:
    run("--command-packages", "buildcmds,distcmds", "bdist_openpkg")
    assert made_in(example) == [REQUEST]


def test_the_second_package_is_searched_for_what_the_first_has_not(example: Path, run) -> None:
    run(*BOTH_PACKAGES, "sdist", "dist_sums")
    assert made_in(example) == ["SHA256SUMS", SDIST]


def test_distutils_command_is_searched_first(example: Path, run, commands) -> None:
    commands("greedy", clean=command_source("clean", "raise SystemExit('not distutils own')"))
    done = run("--command-packages=greedy", "build", "clean", "--all")
    assert last_line(done.stdout).startswith("removing")
    assert not (example / "build/lib").exists()


def test_what_the_setup_script_brings_comes_before_every_package(run, commands) -> None:
    commands("greedy", check_stations=command_source("check_stations", "raise SystemExit('not the script')"))
    assert "is complete" in run("--command-packages=greedy", "check_stations").stdout


def test_blanks_around_the_commas_do_not_matter(example: Path, run) -> None:
    run("--command-packages", " buildcmds , distcmds ", "bdist_openpkg")
    assert made_in(example) == [REQUEST]


def test_a_package_may_be_inside_another(run, commands) -> None:
    folder = commands("outer") / "inner"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "hoist.py").write_text(command_source("hoist", "print('hoisted')"))
    assert last_line(run("--command-packages=outer.inner", "hoist").stdout) == "hoisted"


def test_a_command_is_the_class_of_its_own_name_in_the_module_of_its_own_name(run, commands) -> None:
    commands("mine", hoist=command_source("Hoist", "pass"))
    message = last_line(run("--command-packages=mine", "hoist", status=1).stderr)
    assert message == "error: invalid command 'hoist' (no class 'hoist' in module 'mine.hoist')"


def test_an_import_error_inside_a_commands_module_is_not_taken_for_a_missing_command(run, commands) -> None:
    commands("mine", hoist="import no_such_winch\n" + command_source("hoist", "pass"))
    message = last_line(run("--command-packages=mine,distcmds", "hoist", status=1).stderr)
    assert "mine.hoist" in message and "no_such_winch" in message


def test_a_package_that_does_not_exist_is_named_where_the_command_is_not_found(run) -> None:
    message = last_line(run("--command-packages=nowhere,distcmds", "hoist", status=1).stderr)
    assert message.startswith("error: invalid command 'hoist'") and "nowhere" in message


def test_a_command_from_a_package_has_options_and_help_like_any_other(example: Path, run, home: Path) -> None:
    assert "--package-class" in run(*BOTH_PACKAGES, "bdist_openpkg", "--help").stdout
    done = run(*BOTH_PACKAGES, "bdist_openpkg", "--package-class=BEST", status=1)
    assert last_line(done.stderr).startswith("error: 'package_class' must be one of BASE")
    (home / ".pydistutils.cfg").write_text("[bdist_openpkg]\nrelease = 20061231\nspec-only = yes\n")
    run(*BOTH_PACKAGES, "bdist_openpkg", "--group=Weather", home=home)
    assert made_in(example) == [SDIST, "tidebook.spec"]
    spec = (example / "dist" / "tidebook.spec").read_text()
    assert "\nRelease:      20061231\n" in spec and "\nGroup:        Weather\n" in spec


# --- dist_files ---------------------------------------------------------------------------------------------


def dist_files(run, *args: str) -> list[tuple[str, ...]]:
    done = run("--quiet", *args, script=["-c", SHOW_DIST_FILES])
    return [eval(line) for line in done.stdout.splitlines() if line.startswith("(")]


def test_commands_note_what_they_made_as_pairs_without_path(run) -> None:
    assert dist_files(run, *BOTH_PACKAGES, "bdist_openpkg") == [
        ("sdist", "", f"dist/{SDIST}"),
        ("bdist_openpkg", BUNDLE),
    ]


def test_in_a_dry_run_the_pairs_are_still_added_and_nothing_is_made(example: Path, run, tree) -> None:
    before = tree(example)
    real = [("sdist", "", f"dist/{SDIST}"), ("bdist_openpkg", BUNDLE), ("dist_sums", "SHA256SUMS")]
    assert dist_files(run, "--dry-run", *BOTH_PACKAGES, "bdist_openpkg", "dist_sums") == real
    assert tree(example) == before
    assert dist_files(run, *BOTH_PACKAGES, "bdist_openpkg", "dist_sums") == real


def test_a_later_command_finds_in_the_list_what_the_earlier_ones_made(example: Path, run) -> None:
    run(*BOTH_PACKAGES, "bdist_openpkg", "dist_sums")
    sums = (example / "dist" / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in sums] == [SDIST, BUNDLE]


SHOW_DIGESTS = """
import sys
import oxidist
from distutils.core import run_setup
print(*oxidist.dist_file_digests(run_setup("setup.py", sys.argv[1:])), sep="\\n")
"""


def digests(run, *args: str) -> list[tuple[str, str, str | None]]:
    done = run("--quiet", *args, script=["-c", SHOW_DIGESTS])
    return [eval(line) for line in done.stdout.splitlines() if line.startswith("(")]


def test_pairs_are_read_like_distutils_own_triples(example: Path, run) -> None:
    listed = digests(run, *BOTH_PACKAGES, "bdist_openpkg")
    assert [(command, path) for command, path, _ in listed] == [
        ("sdist", f"dist/{SDIST}"),
        ("bdist_openpkg", f"dist/{BUNDLE}"),
    ]
    for _, path, digest in listed:
        assert digest == hashlib.sha256((example / path).read_bytes()).hexdigest()


def test_a_pairs_bare_name_is_looked_for_in_the_commands_dist_dir(example: Path, run) -> None:
    (listed,) = digests(run, "--command-packages=buildcmds", "bdist_openpkg", "--dist-dir=out")
    assert listed[:2] == ("bdist_openpkg", f"out/{REQUEST}")
    assert listed[2] == hashlib.sha256((example / "out" / REQUEST).read_bytes()).hexdigest()


def test_pairs_of_a_dry_run_are_read_as_files_that_are_not_there(run) -> None:
    listed = digests(run, "--dry-run", *BOTH_PACKAGES, "bdist_openpkg")
    assert listed == [("sdist", f"dist/{SDIST}", None), ("bdist_openpkg", f"dist/{BUNDLE}", None)]


# --- And CPython's distutils --------------------------------------------------------------------------------


def test_cpythons_distutils_makes_the_same_of_the_example(example: Path, run, oracle, tmp_path: Path) -> None:
    shutil.copytree(example.parent, tmp_path / "theirs")
    theirs = tmp_path / "theirs" / "project"
    oracle.run("-c", WITH_COMMANDS, *BOTH_PACKAGES, "bdist_openpkg", cwd=theirs)
    run(*BOTH_PACKAGES, "bdist_openpkg")
    assert made_in(example) == made_in(theirs)
    assert contents(example / "dist" / BUNDLE) == contents(theirs / "dist" / BUNDLE)


def test_an_installation_tells_what_cpythons_tells(example: Path, run, oracle, tmp_path: Path) -> None:
    shutil.copytree(example.parent, tmp_path / "theirs")
    line = ["install", "--root=../root", "--prefix=/usr/local", "--install-lib=/usr/lib/python/"]
    theirs = oracle.run("setup.py", *line, cwd=tmp_path / "theirs" / "project").stdout.splitlines()
    ours = run(*line).stdout.splitlines()
    assert told(ours) == told(theirs)


def told(lines: list[str]) -> list[str]:
    """Without order (in CPython the file system's), and without what differs by version and by custom."""
    left_out = ("changing mode of", "byte-compiling", "Writing ")
    return sorted(
        re.sub(r"scripts-3\.\d+", "scripts", line) for line in lines if not line.startswith(left_out)
    )


def contents(archive: Path | io.BytesIO) -> dict[str, tuple[int, object]]:
    """Name to mode and content of each member; archives inside are opened in turn."""
    found: dict[str, tuple[int, object]] = {}
    source = {"fileobj": archive} if isinstance(archive, io.BytesIO) else {"name": archive}
    with tarfile.open(**source) as members:
        for member in members:
            file = members.extractfile(member)
            content: object = file.read() if file else None
            if isinstance(content, bytes) and member.name.endswith(".tar.gz"):
                content = contents(io.BytesIO(content))
            found[member.name] = (member.mode, content)
    return found
