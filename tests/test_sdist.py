"""The command sdist: CPython's manifest and archives."""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archives import members, owners
from conftest import clean_environment
from releases import PROJECT, SETUP, TEMPLATE, assert_same_release, copies, warnings
from templates import FILES, rule


@pytest.mark.parametrize("options", [[], ["--no-defaults"], ["--no-prune"]])
def test_a_release_has_the_members_and_the_manifest_of_cpythons(options, project, oracle, run_setup) -> None:
    theirs, ours = copies(project, {**PROJECT, "MANIFEST.in": TEMPLATE})
    options = ["sdist", "--formats=gztar,bztar,xztar,tar,zip", *options]
    their = oracle.run("setup.py", *options, cwd=theirs)
    own = run_setup(ours, *options)
    assert_same_release(theirs, ours)
    assert warnings(own.stderr) == warnings(their.stderr)
    # What was in the project is as it was.
    assert sorted(os.listdir(ours)) == sorted(os.listdir(theirs))


def test_without_a_template_the_default_files_are_taken(project, oracle, run_setup) -> None:
    theirs, ours = copies(project, PROJECT)
    their = oracle.run("setup.py", "sdist", cwd=theirs)
    own = run_setup(ours, "sdist")
    assert_same_release(theirs, ours)
    assert own.stderr == their.stderr
    assert "manifest template 'MANIFEST.in' does not exist (using default file list)" in own.stderr


def test_what_should_be_there_and_is_not_is_warned_about(project, oracle, run_setup) -> None:
    theirs, ours = copies(
        project, {"start.py": "from distutils.core import setup\nsetup(script_name='setup.py')\n"}
    )
    their = oracle.run("start.py", "sdist", "--no-prune", cwd=theirs)
    own = run_setup(ours, "sdist", "--no-prune", script="start.py")
    assert own.stderr == their.stderr
    for text in (
        "standard file not found: should have one of README, README.txt, README.rst",
        "standard file 'setup.py' not found",
        "missing required meta-data: name, version, url",
        "no files to distribute -- empty manifest?",
    ):
        assert text in own.stderr
    assert_same_release(theirs, ours)


def links_and_modes(folder: Path) -> None:
    (folder / "docs/link.rst").symlink_to("a.rst")
    (folder / "docs/out.rst").symlink_to("../README.txt")
    (folder / "docs/broken.rst").symlink_to("nowhere")
    (folder / "linked").symlink_to("docs")
    os.link(folder / "docs/a.rst", folder / "docs/same.rst")
    (folder / "docs/api/b.rst").chmod(0o640)
    (folder / "data/d1").chmod(0o711)


@pytest.mark.parametrize("format", ["gztar", "zip"])
def test_links_and_modes_are_kept_as_cpython_keeps_them(format, project, oracle, run_setup) -> None:
    template = "recursive-include docs *.rst\nrecursive-include linked *.rst\n"
    theirs, ours = copies(project, {**PROJECT, "MANIFEST.in": template}, links_and_modes)
    oracle.run("setup.py", "sdist", f"--formats={format}", cwd=theirs)
    run_setup(ours, "sdist", f"--formats={format}")
    assert_same_release(theirs, ours)
    assert len([name for name in members(next((ours / "dist").iterdir())) if name.endswith("out.rst")]) == 2


def test_new_folders_and_pkg_info_have_the_modes_that_the_umask_leaves(project, oracle, run_setup) -> None:
    theirs, ours = copies(project, PROJECT)
    before = os.umask(0o027)
    try:
        oracle.run("setup.py", "sdist", "--formats=tar,zip", cwd=theirs)
        run_setup(ours, "sdist", "--formats=tar,zip")
    finally:
        os.umask(before)
    assert_same_release(theirs, ours)
    assert members(ours / "dist/p-1.0.tar")["p-1.0/pkg"][1] == 0o750
    assert members(ours / "dist/p-1.0.tar")["p-1.0/PKG-INFO"][1] == 0o640


@pytest.mark.parametrize("seed", range(12))
def test_templates_made_at_random_lead_to_the_same_release(seed, project, oracle, run_setup) -> None:
    rng = random.Random(seed)
    lines = []
    for _ in range(rng.randrange(3, 15)):
        line = rule(rng)
        if rng.random() < 0.2:
            line = line.replace(" ", " \\\n    ", 1) + "  # comment"
        # CPython fails where it should warn of a line in several parts.
        lines.append(line.replace("unknown", "include x") if "\n" in line else line)
    files = {name: name for name in rng.sample(FILES, 50)}
    setup = "from distutils.core import setup\nsetup(name='p', version='1')\n"
    theirs, ours = copies(project, {**files, "setup.py": setup, "MANIFEST.in": "\n".join(lines)})
    options = ["sdist", f"--formats={rng.choice(['gztar', 'tar', 'zip'])}"]
    if rng.random() < 0.3:
        options.append("--no-prune")
    their = oracle.run("setup.py", *options, cwd=theirs, status=None)
    own = run_setup(ours, *options, status=None)
    if their.returncode:
        assert "%d format" in their.stderr or "IndexError" in their.stderr
        return
    assert own.returncode == 0
    assert_same_release(theirs, ours)
    assert warnings(own.stderr) == warnings(their.stderr)


def test_the_release_tree_is_kept_on_request_and_is_of_links(project, oracle, run_setup, tree) -> None:
    theirs, ours = copies(project, {**PROJECT, "MANIFEST.in": TEMPLATE})
    oracle.run("setup.py", "sdist", "--keep-temp", cwd=theirs)
    done = run_setup(ours, "sdist", "--keep-temp")
    assert tree(ours / "p-1.0") == tree(theirs / "p-1.0")
    assert (ours / "p-1.0/mod.py").samefile(ours / "mod.py")
    assert "making hard links in p-1.0...\n" in done.stdout
    assert_same_release(theirs, ours)


def test_what_an_earlier_release_tree_left_is_treated_as_cpython_treats_it(
    project, oracle, run_setup
) -> None:
    theirs, ours = copies(project, {**PROJECT, "p-1.0/left.txt": "left"})
    oracle.run("setup.py", "sdist", cwd=theirs)
    run_setup(ours, "sdist")
    assert_same_release(theirs, ours)
    assert not (ours / "p-1.0").exists()


def test_manifest_only_stops_after_the_manifest(project, run_setup) -> None:
    folder = project(PROJECT)
    done = run_setup(folder, "sdist", "--manifest-only")
    assert "writing manifest file 'MANIFEST'" in done.stdout
    assert (folder / "MANIFEST").read_text().splitlines()[0] == "# file GENERATED by distutils, do NOT edit"
    assert not (folder / "dist").exists()
    run_setup(folder, "sdist", "-o", "--manifest=LIST", "--template=docs/a.rst", "--force-manifest")
    assert (folder / "LIST").read_text().splitlines()[1] == "README.txt"


def test_a_build_folder_that_is_a_path_object_is_left_out(project, run_setup) -> None:
    text = SETUP.replace(
        "setup(", "import pathlib\nsetup(options={'build': {'build_base': pathlib.Path('out')}}, "
    )
    folder = project({**PROJECT, "setup.py": text, "out/x.py": "", "MANIFEST.in": "graft out\ngraft docs\n"})
    run_setup(folder, "sdist", "--manifest-only")
    listed = (folder / "MANIFEST").read_text().split()
    assert "docs/a.rst" in listed
    assert not [name for name in listed if name.startswith("out/")]


@pytest.mark.parametrize("template", [None, "include docs/*.rst\n"])
def test_a_manifest_that_is_kept_by_hand_is_not_overwritten(template, project, oracle, run_setup) -> None:
    by_hand = "  mod.py\n\n# comment\nREADME.txt\nmissing.py\nREADME.txt\n"
    files = {**PROJECT, "MANIFEST": by_hand.encode()}
    if template:
        files["MANIFEST.in"] = template
    theirs, ours = copies(project, files)
    their = oracle.run("setup.py", "sdist", cwd=theirs)
    own = run_setup(ours, "sdist")
    assert (ours / "MANIFEST").read_text() == by_hand
    assert_same_release(theirs, ours)
    assert own.stderr == their.stderr
    if template:
        assert "not writing to manually maintained manifest file 'MANIFEST'" in own.stdout
    else:
        assert "reading manifest file 'MANIFEST'" in own.stdout
        assert "'missing.py' not a regular file -- skipping" in own.stderr


def test_a_generated_manifest_is_made_anew(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "sdist")
    (folder / "setup.cfg").unlink()
    run_setup(folder, "sdist")
    assert "setup.cfg" not in (folder / "MANIFEST").read_text().split()


def test_owners_are_those_that_are_asked_for(project, run_setup) -> None:
    grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")
    user, group = pwd.getpwuid(1).pw_name, grp.getgrgid(1).gr_name
    folder = project(PROJECT)
    for options in ([], ["--keep-temp"]):
        run_setup(folder, "sdist", f"--owner={user}", f"--group={group}", *options)
        assert owners(folder / "dist/p-1.0.tar.gz") == {(1, 1, user, group)}


def test_names_that_are_not_utf_8_go_into_manifest_and_archive_as_they_are(project, run_setup) -> None:
    folder = project({**PROJECT, "MANIFEST.in": "include *.odd\n"})
    name = b"x\xff\xc3.odd"
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("odd")
    for options in ([], ["--keep-temp"]):
        run_setup(folder, "sdist", "--formats=gztar", *options)
        assert name in (folder / "MANIFEST").read_bytes().split(b"\n")
        assert members(folder / "dist/p-1.0.tar.gz")["p-1.0/" + os.fsdecode(name)][2] == b"odd"
        shutil.rmtree(folder / "dist")


def test_links_in_a_circle_end(project, run_setup) -> None:
    folder = project({**PROJECT, "MANIFEST.in": "graft docs\n"})
    (folder / "docs/circle").symlink_to("..")
    (folder / "docs/self").symlink_to("self")
    run_setup(folder, "sdist")
    assert "p-1.0/docs/a.rst" in members(folder / "dist/p-1.0.tar.gz")


@pytest.mark.parametrize(
    ("break_it", "options", "message"),
    [
        (lambda folder: None, ["--formats=gztar,wrong"], "error: unknown archive format 'wrong'"),
        (
            lambda folder: (folder / "MANIFEST.in").write_bytes(b"include a\ninclude \xff\n"),
            [],
            "error: MANIFEST.in:2: not valid UTF-8",
        ),
        (
            lambda folder: (folder / "dist").write_text("a file"),
            [],
            "error: could not create 'dist': File exists",
        ),
        (
            lambda folder: (folder / "MANIFEST").mkdir(),
            [],
            "error: could not write 'MANIFEST': Is a directory",
        ),
        (
            lambda folder: (folder / "dist/p-1.0.tar.gz").mkdir(parents=True),
            [],
            "error: could not write 'dist/p-1.0.tar.gz': Is a directory",
        ),
        (
            lambda folder: shutil.rmtree(folder / "pkg/sub"),
            [],
            "error: package directory 'pkg/sub' does not exist",
        ),
    ],
)
def test_what_is_wrong_is_named_in_one_line_and_nothing_is_left_half_written(
    break_it, options, message, project, run_setup, tree
) -> None:
    folder = project(PROJECT)
    break_it(folder)
    before = tree(folder)
    done = run_setup(folder, "sdist", *options, status=1)
    assert done.stderr.splitlines()[-1] == message
    after = tree(folder)
    after.pop("MANIFEST", None)
    before.pop("MANIFEST", None)
    assert after == before or set(after) - set(before) == {"dist"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read and write everything")
def test_unreadable_files_and_read_only_folders_are_named(project, run_setup) -> None:
    folder = project(PROJECT)
    (folder / "mod.py").chmod(0)
    done = run_setup(folder, "sdist", status=1)
    assert done.stderr.splitlines()[-1] == "error: could not open 'mod.py': Permission denied"
    assert os.listdir(folder / "dist") == []
    (folder / "mod.py").chmod(0o644)
    (folder / "dist").chmod(0o555)
    done = run_setup(folder, "sdist", status=1)
    assert "error: could not create 'dist/p-1.0.tar.gz': Permission denied" in done.stderr


def test_an_interrupted_run_ends_soon_and_leaves_no_half_written_archive(project, clean_home) -> None:
    folder = project({**PROJECT, "MANIFEST.in": "include big\n", "big": b""})
    # Random enough to take xz a while, and cheap to make.
    (folder / "big").write_bytes(random.Random(1).randbytes(30_000_000))
    process = subprocess.Popen(
        [sys.executable, "setup.py", "sdist", "--formats=xztar"],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while "Creating tar archive" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.3)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode != 0 and stderr.splitlines()[-1] == "interrupted"
    assert time.monotonic() - started < 20
    assert os.listdir(folder / "dist") == [] and not (folder / "p-1.0").exists()


JOURNALS = """
import json, sys
import oxidist
from distutils import core

arguments = sys.argv[1:]
sides = {}
for dry in (True, False):
    sys.argv = ["setup.py", *(["--dry-run"] if dry else []), *arguments]
    distribution = core.run_setup("setup.py", sys.argv[1:])
    sides[dry] = [oxidist.journal(dry), distribution.dist_files]
print("JOURNALS", json.dumps([sides[True], sides[False]]))
"""


@pytest.mark.parametrize("options", [[], ["--keep-temp"], ["--manifest-only"], ["--formats=zip,tar"]])
def test_a_dry_run_changes_nothing_and_tells_what_a_run_would_do(options, project, run_setup, tree) -> None:
    folder = project({**PROJECT, "MANIFEST.in": TEMPLATE, "journals.py": JOURNALS})
    before = tree(folder)
    done = run_setup(folder, "--dry-run", "sdist", *options)
    assert tree(folder) == before
    assert "writing manifest file 'MANIFEST'" in done.stdout
    assert ("p-1.0/pkg/m.py" in done.stdout or "hard linking pkg/m.py" in done.stdout) == (
        options != ["--manifest-only"]
    )
    dry, real = json.loads(
        run_setup(folder, "sdist", *options, script="journals.py").stdout.split("JOURNALS ")[1]
    )
    assert dry == real
    assert dry[1] or options == ["--manifest-only"]


def test_archives_are_told_in_dist_files_and_by_the_command(distutils, project, monkeypatch) -> None:
    from distutils.core import run_setup

    monkeypatch.chdir(project(PROJECT))
    distribution = run_setup("setup.py", ["-q", "sdist", "--formats=tar,gztar,zip", "--dist-dir=out"])
    assert distribution.dist_files == [
        ("sdist", "", "out/p-1.0.tar.gz"),
        ("sdist", "", "out/p-1.0.zip"),
        ("sdist", "", "out/p-1.0.tar"),
    ]
    command = distribution.get_command_obj("sdist")
    assert command.get_archive_files() == [path for _, _, path in distribution.dist_files]
    assert sorted(os.listdir("out")) == ["p-1.0.tar", "p-1.0.tar.gz", "p-1.0.zip"]
    assert stat.S_IMODE(os.stat("out/p-1.0.zip").st_mode) == 0o644


def test_a_format_of_a_scripts_own_gets_the_release_tree(project, run_setup) -> None:
    script = """
import os
from distutils import archive_util

def pack(base_name, base_dir, **options):
    with open(base_name + ".list", "w") as file:
        file.write("\\n".join(sorted(os.listdir(base_dir))))
    return base_name + ".list"

archive_util.ARCHIVE_FORMATS["list"] = (pack, [], "a list of names")
"""
    folder = project({**PROJECT, "setup.py": script + SETUP})
    (folder / "dist").mkdir()
    run_setup(folder, "sdist", "--formats=gztar,list")
    assert (folder / "dist/p-1.0.list").read_text().split()[:3] == ["PKG-INFO", "README.txt", "data"]
    assert "formats=list" in run_setup(folder, "sdist", "--help-formats").stdout


def test_the_formats_are_listed_and_the_check_can_be_left_out(project, run_setup) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='p')\n"})
    listed = run_setup(folder, "sdist", "--help-formats").stdout
    assert "List of available source distribution formats:" in listed
    assert [line.split()[0] for line in listed.splitlines() if "--formats=" in line] == [
        f"--formats={name}" for name in ("bztar", "gztar", "tar", "xztar", "zip", "ztar")
    ]
    assert "missing required meta-data" in run_setup(folder, "sdist").stderr
    script = "from distutils.core import setup\nsetup(name='p', options={'sdist': {'metadata_check': 0}})\n"
    (folder / "setup.py").write_text(script)
    assert "missing required meta-data" not in run_setup(folder, "sdist").stderr
