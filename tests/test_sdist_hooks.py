"""The command sdist: what of it is overridden or replaced is called, in CPython's order."""

import json
import os
from pathlib import Path

import pytest
from archives import members
from releases import PROJECT, SETUP, TEMPLATE, assert_same_release, copies

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
def test_every_call_through_self_is_made_in_cpythons_order(template, project, oracle, run_setup) -> None:
    files = {**PROJECT, "setup.py": NOTED}
    if template:
        files["MANIFEST.in"] = template
    theirs, ours = copies(project, files)
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
def test_metadata_that_is_written_by_a_script_is_in_the_release(method, project, oracle, run_setup) -> None:
    replacement = {
        "write_pkg_file": "lambda self, file: file.write('Metadata-Version: 9\\n\\xe9')",
        "write_pkg_info": "lambda self, folder: open(folder + '/PKG-INFO', 'w').write('mine')",
    }[method]
    start = f"import distutils.dist\ndistutils.dist.DistributionMetadata.{method} = {replacement}\n"
    theirs, ours = copies(project, {**PROJECT, "setup.py": start + SETUP})
    oracle.run("setup.py", "sdist", cwd=theirs)
    run_setup(ours, "sdist")
    assert_same_release(theirs, ours)
    assert b"Author" not in members(ours / "dist/p-1.0.tar.gz")["p-1.0/PKG-INFO"][2]
