"""bdist_rpm with RPM itself: what is in the packages, what runs of it, and how a build fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rpm_projects import FILES, WITH_EXTENSION, refused

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
