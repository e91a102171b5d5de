"""The command sdist: CPython's manifest, archives and calls, with and without a release tree."""

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
from templates import FILES, rule

SETUP = """
from distutils.core import setup
setup(name="p", version="1.0", url="u", author="a", author_email="e", long_description="long\\n\\ntext",
      packages=["pkg", "pkg.sub"], package_data={"pkg": ["*.dat", "data/*"]}, py_modules=["mod"],
      scripts=["scripts/run"], data_files=["data/d1", ("share", ["data/d2", "data/none"])])
"""

PROJECT = {
    "setup.py": SETUP,
    "setup.cfg": "",
    "README.txt": "read\n",
    "README.rst": "not me\n",
    "mod.py": "",
    "pkg/__init__.py": "",
    "pkg/m.py": "x = 1\n",
    "pkg/x.dat": "x",
    "pkg/data/y": "y",
    "pkg/sub/__init__.py": "",
    "pkg/other.txt": "",
    "scripts/run": "#! python\n",
    "data/d1": "1",
    "data/d2": "2",
    "test/test_a.py": "",
    "test/data.txt": "",
    "docs/a.rst": "",
    "docs/api/b.rst": "",
    "docs/api/c.txt": "",
    "build/lib/x.py": "",
    ".git/config": "",
    "pkg/CVS/Root": "",
    "p-1.0.txt": "",
}

TEMPLATE = """
# every kind of rule
include docs/*.rst *.nothing
recursive-include docs *.txt
global-include *.dat Root
exclude data/d2
global-exclude *.nothing
graft test
recursive-exclude test *.txt *.nothing
prune docs/none
bogus line
include
graft build
"""


@pytest.fixture
def twins(project):
    """Two folders with the same files, of which links are links too: for the oracle, and for ours."""

    def make(files, prepare=lambda folder: None) -> tuple[Path, Path]:
        theirs = project(files, "theirs")
        if (theirs / "scripts/run").exists():
            (theirs / "scripts/run").chmod(0o755)
        prepare(theirs)
        ours = theirs.with_name("ours")
        # Copies of links are links, and of pairs of hard links too.
        os.system(f"cp -a '{theirs}' '{ours}'")
        return theirs, ours

    return make


def warnings(stderr: str) -> list[str]:
    return sorted(line for line in stderr.splitlines() if line)


def assert_same_release(theirs: Path, ours: Path) -> None:
    """The same manifest, and archives of the same names with the same members."""
    assert (ours / "MANIFEST").read_bytes() == (theirs / "MANIFEST").read_bytes()
    archives = sorted(os.listdir(theirs / "dist"))
    assert sorted(os.listdir(ours / "dist")) == archives
    for archive in archives:
        assert members(ours / "dist" / archive) == members(theirs / "dist" / archive), archive


@pytest.mark.parametrize("options", [[], ["--no-defaults"], ["--no-prune"]])
def test_a_release_has_the_members_and_the_manifest_of_cpythons(options, twins, oracle, run_setup) -> None:
    theirs, ours = twins({**PROJECT, "MANIFEST.in": TEMPLATE})
    options = ["sdist", "--formats=gztar,bztar,xztar,tar,zip", *options]
    their = oracle.run("setup.py", *options, cwd=theirs)
    own = run_setup(ours, *options)
    assert_same_release(theirs, ours)
    assert warnings(own.stderr) == warnings(their.stderr)
    # What was in the project is as it was.
    assert sorted(os.listdir(ours)) == sorted(os.listdir(theirs))


def test_without_a_template_the_default_files_are_taken(twins, oracle, run_setup) -> None:
    theirs, ours = twins(PROJECT)
    their = oracle.run("setup.py", "sdist", cwd=theirs)
    own = run_setup(ours, "sdist")
    assert_same_release(theirs, ours)
    assert own.stderr == their.stderr
    assert "manifest template 'MANIFEST.in' does not exist (using default file list)" in own.stderr


def test_what_should_be_there_and_is_not_is_warned_about(twins, oracle, run_setup) -> None:
    theirs, ours = twins({"start.py": "from distutils.core import setup\nsetup(script_name='setup.py')\n"})
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
    (folder / "data/d1").chmod(0o4711)


@pytest.mark.parametrize("format", ["gztar", "zip"])
def test_links_and_modes_are_kept_as_cpython_keeps_them(format, twins, oracle, run_setup) -> None:
    template = "recursive-include docs *.rst\nrecursive-include linked *.rst\n"
    theirs, ours = twins({**PROJECT, "MANIFEST.in": template}, links_and_modes)
    oracle.run("setup.py", "sdist", f"--formats={format}", cwd=theirs)
    run_setup(ours, "sdist", f"--formats={format}")
    assert_same_release(theirs, ours)
    assert len([name for name in members(next((ours / "dist").iterdir())) if name.endswith("out.rst")]) == 2


def test_new_folders_and_pkg_info_have_the_modes_that_the_umask_leaves(twins, oracle, run_setup) -> None:
    theirs, ours = twins(PROJECT)
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
def test_templates_made_at_random_lead_to_the_same_release(seed, twins, oracle, run_setup) -> None:
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
    theirs, ours = twins({**files, "setup.py": setup, "MANIFEST.in": "\n".join(lines)})
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


# A script that notes each call that sdist makes through itself, its file list and its metadata.
NOTED = (
    """
import json, os
from distutils.command.sdist import sdist
from distutils.core import setup

calls = []
class noted(sdist):
    sub_commands = sdist.sub_commands

METHODS = '''checking_metadata initialize_options finalize_options run get_sub_commands run_command
    get_file_list add_defaults _add_defaults_standards _add_defaults_optional _add_defaults_python
    _add_defaults_data_files _add_defaults_ext _add_defaults_c_libs _add_defaults_scripts _cs_path_exists
    read_template prune_file_list write_manifest _manifest_is_not_generated read_manifest make_release_tree
    make_distribution copy_file mkpath make_archive execute warn ensure_string_list
    get_finalized_command'''.split()
WITHOUT = os.environ.get("WITHOUT", "").split()

def note(name):
    base = getattr(sdist, name)
    def method(self, *args, **keywords):
        shown = [str(arg) for arg in args if not callable(arg)]
        calls.append([name, shown, sorted((key, str(value)) for key, value in keywords.items())])
        return base(*args, **keywords) if name == "_cs_path_exists" else base(self, *args, **keywords)
    setattr(noted, name, method)

for name in METHODS:
    if name not in WITHOUT:
        note(name)
"""
    + SETUP.replace('name="p"', 'name="p", cmdclass={"sdist": noted}')
    + "print('CALLS', json.dumps(calls))\n"
)


def calls(stdout: str) -> list[list[object]]:
    (line,) = (line for line in stdout.splitlines() if line.startswith("CALLS "))
    return json.loads(line.removeprefix("CALLS "))


@pytest.mark.parametrize("template", [TEMPLATE, None])
def test_every_call_through_self_is_made_in_cpythons_order(template, twins, oracle, run_setup) -> None:
    files = {**PROJECT, "setup.py": NOTED}
    if template:
        files["MANIFEST.in"] = template
    theirs, ours = twins(files)
    their = calls(oracle.run("setup.py", "sdist", "--formats=tar,zip", cwd=theirs).stdout)
    own = calls(run_setup(ours, "sdist", "--formats=tar,zip").stdout)
    assert own == their
    assert_same_release(theirs, ours)


@pytest.mark.parametrize(
    "seen", ["make_release_tree", "copy_file", "mkpath", "make_archive", "execute", "read_template", "warn"]
)
def test_the_release_is_the_same_whichever_hook_is_overridden(seen, project, run_setup) -> None:
    files = {**PROJECT, "MANIFEST.in": TEMPLATE}
    plain = project(files, "plain")
    run_setup(plain, "sdist", "--formats=gztar,zip")
    folder = project({**files, "setup.py": NOTED}, "noted")
    methods = NOTED.split("METHODS = '''")[1].split("'''")[0].split()
    without = " ".join(name for name in methods if name != seen)
    done = run_setup(folder, "sdist", "--formats=gztar,zip", env={"WITHOUT": without})
    assert {call[0] for call in calls(done.stdout)} == {seen}
    (folder / "setup.py").write_bytes((plain / "setup.py").read_bytes())
    for archive in os.listdir(plain / "dist"):
        want = {
            name: value for name, value in members(plain / "dist" / archive).items() if "setup.py" not in name
        }
        have = {
            name: value
            for name, value in members(folder / "dist" / archive).items()
            if "setup.py" not in name
        }
        assert have == want
    assert not (folder / "p-1.0").exists()


HOOKS = """initialize_options finalize_options run get_sub_commands run_command get_file_list add_defaults
    _add_defaults_standards _add_defaults_optional _add_defaults_python _add_defaults_data_files
    _add_defaults_ext _add_defaults_c_libs _add_defaults_scripts _cs_path_exists read_template prune_file_list
    write_manifest _manifest_is_not_generated make_release_tree make_distribution copy_file mkpath
    make_archive execute warn ensure_string_list get_finalized_command""".split()


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize("place", ["class", "instance"])
def test_a_hook_is_called_where_it_is_set(place, name, distutils, project, monkeypatch) -> None:
    from distutils.command.sdist import sdist
    from distutils.core import run_setup

    if place == "instance" and name == "initialize_options":
        return  # called before anybody can have the instance
    monkeypatch.chdir(project({**PROJECT, "MANIFEST.in": TEMPLATE}))
    distribution = run_setup("setup.py", ["-q", "sdist", "--formats=tar"], stop_after="commandline")
    called = []
    own = getattr(sdist, name)
    if place == "class":

        def hook(*args, **keywords):
            called.append(name)
            return own(*args, **keywords)

        monkeypatch.setattr(sdist, name, staticmethod(hook) if name == "_cs_path_exists" else hook)
    else:
        command = distribution.get_command_obj("sdist")
        bound = getattr(command, name)
        setattr(command, name, lambda *args, **keywords: called.append(name) or bound(*args, **keywords))
    distribution.run_commands()
    assert called
    assert "p-1.0/pkg/m.py" in members(Path("dist/p-1.0.tar"))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("distutils.dir_util", "create_tree"),
        ("distutils.dir_util", "mkpath"),
        ("distutils.dir_util", "remove_tree"),
        ("distutils.file_util", "copy_file"),
        ("distutils.file_util", "write_file"),
        ("distutils.archive_util", "make_archive"),
        ("distutils.archive_util", "mkpath"),
        ("distutils.archive_util", "check_archive_formats"),
        ("distutils.filelist", "findall"),
        ("distutils.filelist", "translate_pattern"),
        ("distutils.filelist", "convert_path"),
        ("distutils.command.sdist", "FileList"),
        ("distutils.command.sdist", "TextFile"),
        ("distutils.command.sdist", "convert_path"),
        ("distutils.text_file.TextFile", "readline"),
        ("distutils.filelist.FileList", "process_template_line"),
        ("distutils.filelist.FileList", "include_pattern"),
        ("distutils.filelist.FileList", "exclude_pattern"),
        ("distutils.filelist.FileList", "append"),
        ("distutils.filelist.FileList", "sort"),
        ("distutils.dist.DistributionMetadata", "write_pkg_info"),
        ("distutils.dist.DistributionMetadata", "write_pkg_file"),
    ],
)
def test_a_replaced_function_is_called(module, name, distutils, project, monkeypatch) -> None:
    import pkgutil
    from distutils.core import run_setup

    monkeypatch.chdir(project({**PROJECT, "MANIFEST.in": TEMPLATE}))
    distribution = run_setup("setup.py", ["-q", "sdist", "--formats=tar"], stop_after="commandline")
    owner = pkgutil.resolve_name(module)
    own, called = getattr(owner, name), []

    def replacement(*args, **keywords):
        called.append(name)
        return own(*args, **keywords)

    monkeypatch.setattr(owner, name, replacement)
    distribution.run_commands()
    assert called
    assert "p-1.0/pkg/m.py" in members(Path("dist/p-1.0.tar"))


def test_no_second_copy_of_the_project_is_made_where_nobody_would_see_it(project, run_setup) -> None:
    folder = project(
        {
            **PROJECT,
            "go.py": "import oxidist\nexec(open('setup.py').read())\n"
            "print([entry for entry in oxidist.journal() if 'PKG-INFO' in str(entry)])\n"
            "print([entry[:2] for entry in oxidist.journal()])",
        }
    )
    lines = run_setup(folder, "-q", "sdist", script="go.py").stdout.splitlines()
    assert lines[0] == "[]"
    assert lines[1] == str([("write", "MANIFEST"), ("make-folder", "dist"), ("write", "dist/p-1.0.tar.gz")])


def test_a_release_tree_that_a_subclass_changes_is_what_is_packed(project, run_setup) -> None:
    folder = project(
        {
            **PROJECT,
            "setup.py": SETUP.replace(
                "setup(name",
                """
from distutils.command.sdist import sdist
import os

class versioned(sdist):
    def make_release_tree(self, base_dir, files):
        sdist.make_release_tree(self, base_dir, files)
        target = os.path.join(base_dir, "pkg", "m.py")
        os.unlink(target)
        with open(target, "w") as file:
            file.write("x = 'changed'")
        os.remove(os.path.join(base_dir, "README.txt"))

setup(cmdclass={"sdist": versioned}, name""",
            ),
        }
    )
    run_setup(folder, "sdist")
    found = members(folder / "dist/p-1.0.tar.gz")
    assert found["p-1.0/pkg/m.py"][2] == b"x = 'changed'"
    assert "p-1.0/README.txt" not in found
    assert (folder / "pkg/m.py").read_text() == "x = 1\n"
    assert (folder / "README.txt").exists() and not (folder / "p-1.0").exists()


@pytest.mark.parametrize("method", ["write_pkg_file", "write_pkg_info"])
def test_metadata_that_is_written_by_a_script_is_in_the_release(method, twins, oracle, run_setup) -> None:
    replacement = {
        "write_pkg_file": "lambda self, file: file.write('Metadata-Version: 9\\n\\xe9')",
        "write_pkg_info": "lambda self, folder: open(folder + '/PKG-INFO', 'w').write('mine')",
    }[method]
    start = f"import distutils.dist\ndistutils.dist.DistributionMetadata.{method} = {replacement}\n"
    theirs, ours = twins({**PROJECT, "setup.py": start + SETUP})
    oracle.run("setup.py", "sdist", cwd=theirs)
    run_setup(ours, "sdist")
    assert_same_release(theirs, ours)
    assert b"Author" not in members(ours / "dist/p-1.0.tar.gz")["p-1.0/PKG-INFO"][2]


def test_the_release_tree_is_kept_on_request_and_is_of_links(twins, oracle, run_setup, tree) -> None:
    theirs, ours = twins({**PROJECT, "MANIFEST.in": TEMPLATE})
    oracle.run("setup.py", "sdist", "--keep-temp", cwd=theirs)
    done = run_setup(ours, "sdist", "--keep-temp")
    assert tree(ours / "p-1.0") == tree(theirs / "p-1.0")
    assert (ours / "p-1.0/mod.py").samefile(ours / "mod.py")
    assert "making hard links in p-1.0...\n" in done.stdout
    assert_same_release(theirs, ours)


def test_what_an_earlier_release_tree_left_is_treated_as_cpython_treats_it(twins, oracle, run_setup) -> None:
    theirs, ours = twins({**PROJECT, "p-1.0/left.txt": "left"})
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
def test_a_manifest_that_is_kept_by_hand_is_not_overwritten(template, twins, oracle, run_setup) -> None:
    by_hand = "  mod.py\n\n# comment\nREADME.txt\nmissing.py\nREADME.txt\n"
    files = {**PROJECT, "MANIFEST": by_hand.encode()}
    if template:
        files["MANIFEST.in"] = template
    theirs, ours = twins(files)
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
