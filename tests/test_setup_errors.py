"""`setup()` and `run_setup()`: what they do with arguments, with errors, and with Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import clean_environment

COMMAND = """
from distutils.core import Command, setup
from distutils import errors


class fail(Command):
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        RUN


"""


def failing(run: str, setup: str = "setup(name='demo', cmdclass={'fail': fail})\n") -> str:
    return COMMAND.replace("RUN", run) + setup


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("raise errors.DistutilsFileError('no such thing')", "error: no such thing"),
        ("raise errors.CompileError('cc failed')", "error: cc failed"),
        (
            "open('nowhere')",
            "error: command 'fail' (setup.py:15): [Errno 2] No such file or directory: 'nowhere'",
        ),
        ("self.run_command('nosuch')", "error: invalid command 'nosuch'"),
        ("self.spawn(['false'])", "error: command '/"),
    ],
)
def test_what_distutils_or_the_system_finds_wrong_is_told_in_one_line(
    project, run_setup, run: str, text: str
) -> None:
    done = run_setup(project({"setup.py": failing(run)}), "fail", status=1)
    assert done.stderr.startswith(text)
    assert done.stderr.count("\n") == 1


def test_with_debugging_on_the_traceback_is_shown(project, run_setup) -> None:
    folder = project({"setup.py": failing("raise errors.DistutilsFileError('no such thing')")})
    done = run_setup(folder, "fail", status=1, env={"DISTUTILS_DEBUG": "1"})
    assert "Traceback (most recent call last):" in done.stderr
    assert done.stderr.endswith("distutils.errors.DistutilsFileError: no such thing\n")


def test_with_debugging_on_an_error_of_the_system_has_both(project, run_setup) -> None:
    folder = project({"setup.py": failing("open('nowhere')")})
    done = run_setup(folder, "fail", status=1, env={"DISTUTILS_DEBUG": "1"})
    line = "error: command 'fail' (setup.py:15): [Errno 2] No such file or directory: 'nowhere'"
    assert done.stderr.startswith(f"{line}\nTraceback ")
    assert done.stderr.endswith("FileNotFoundError: [Errno 2] No such file or directory: 'nowhere'\n")


def test_what_a_script_raises_itself_keeps_its_traceback(project, run_setup) -> None:
    done = run_setup(project({"setup.py": failing("1 / 0")}), "fail", status=1)
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert ", in run\n" in done.stderr
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_script_that_does_not_parse_is_told_by_python(project, run_setup) -> None:
    done = run_setup(project({"setup.py": "setup(\n"}), "fail", status=1)
    assert "SyntaxError" in done.stderr


@pytest.mark.parametrize("method", ["initialize_options", "finalize_options", "run"])
def test_a_method_of_the_protocol_that_is_missing_is_the_error_that_cpython_raises(
    distutils, method: str
) -> None:
    from distutils.cmd import Command
    from distutils.dist import Distribution

    protocol = {"initialize_options", "finalize_options", "run"} - {method}
    fail = type("fail", (Command,), dict.fromkeys(protocol, lambda self: None))
    with pytest.raises(
        RuntimeError, match=rf"abstract method -- subclass <class .*> must override: {method}\(\)"
    ):
        getattr(fail(Distribution()), method)()


def test_wrong_arguments_are_told_with_the_name_where_there_is_one(project, run_setup) -> None:
    script = """
    from distutils.core import Distribution, setup
    from distutils.errors import DistutilsSetupError


    class Strict(Distribution):
        def finalize_options(self):
            raise DistutilsSetupError("nothing to build")


    setup(distclass=Strict, NAME)
    """
    done = run_setup(project({"setup.py": script.replace("NAME", "name='demo'")}), status=1)
    assert done.stderr == "error in demo setup command: nothing to build\n"
    done = run_setup(project({"setup.py": script.replace("NAME", "")}, name="other"), status=1)
    assert done.stderr == "error in setup command: nothing to build\n"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("keywords", "a list of strings"),
        ("platforms", "a list of strings"),
        ("classifiers", "a list of strings"),
        ("requires", "a list of strings"),
        ("provides", "a list of strings"),
        ("obsoletes", "a list of strings"),
        ("script_args", "a list of strings"),
        ("cmdclass", "a dictionary {command: class}"),
        ("options", "a dictionary {command: {option: value}}"),
    ],
)
def test_an_argument_of_a_type_that_cannot_be_used_is_refused_by_its_name(
    distutils, argument: str, expected: str
) -> None:
    from distutils.core import setup

    with pytest.raises(SystemExit) as end:
        setup(name="demo", **{argument: 5})
    assert end.value.code == f"error in demo setup command: '{argument}' must be {expected} (got 5)"


def test_an_unknown_argument_is_warned_of_where_setup_is_called(project, run_setup) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='x', colour='red')\n"})
    done = run_setup(folder, "--name")
    assert done.stdout == "x\n"
    assert done.stderr.startswith(
        f"{folder}/setup.py:2: UserWarning: Unknown distribution option: 'colour'\n"
    )


def test_licence_is_taken_for_license_with_a_warning(distutils) -> None:
    from distutils.dist import Distribution

    attributes = {"licence": "MIT"}
    with pytest.warns(UserWarning, match="'licence' distribution option is deprecated; use 'license'"):
        dist = Distribution(attributes)
    assert dist.metadata.license == dist.get_license() == dist.metadata.get_licence() == "MIT"
    assert attributes == {"license": "MIT"}


def test_the_class_of_the_distribution_is_looked_up_when_setup_is_called(distutils, monkeypatch) -> None:
    import distutils.core as core

    class Other(core.Distribution):
        pass

    monkeypatch.setattr(core, "Distribution", Other)
    dist = core.setup(name="x", script_args=["--name"])
    assert type(dist) is Other
    assert core._setup_distribution is dist


@pytest.mark.parametrize("stage", ["init", "config", "commandline", "run"])
def test_run_setup_stops_where_it_is_told(distutils, project, monkeypatch, capsys, stage: str) -> None:
    from distutils import core

    monkeypatch.chdir(project({"setup.py": failing("print('ran')"), "setup.cfg": "[other]\nx = 1\n"}))
    dist = core.run_setup("setup.py", ["fail"], stop_after=stage)
    done = (bool(dist.command_options), getattr(dist, "commands", None))
    assert (
        done
        == {
            "init": (False, None),
            "config": (True, None),
            "commandline": (True, ["fail"]),
            "run": (True, ["fail"]),
        }[stage]
    )
    assert (sys.argv, core._setup_stop_after) == (["setup.py"], None)
    assert capsys.readouterr().out == ("running fail\nran\n" if stage == "run" else "")


def test_run_setup_gives_the_script_its_name_its_file_and_its_arguments(
    distutils, project, monkeypatch, capsys
) -> None:
    from distutils import core

    script = (
        "import sys\nprint(__name__, __file__, sys.argv)\nfrom distutils.core import setup\nsetup(name='x')\n"
    )
    folder = project({"other.py": script})
    monkeypatch.chdir(folder)
    dist = core.run_setup("other.py", ["--name"])
    assert capsys.readouterr().out == "__main__ other.py ['other.py', '--name']\nx\n"
    assert dist.script_name == "other.py"


def test_run_setup_needs_a_script_that_calls_setup(distutils, project, monkeypatch) -> None:
    from distutils import core

    monkeypatch.chdir(project({"setup.py": "pass\n"}))
    monkeypatch.setattr(core, "_setup_distribution", None)
    with pytest.raises(
        RuntimeError, match=r"'distutils.core.setup\(\)' was never called -- perhaps 'setup.py'"
    ):
        core.run_setup("setup.py")
    with pytest.raises(ValueError, match="invalid value for 'stop_after': 'later'"):
        core.run_setup("setup.py", stop_after="later")


def test_run_setup_passes_on_what_the_script_raises_with_the_scripts_line(
    distutils, project, monkeypatch
) -> None:
    from distutils import core

    monkeypatch.chdir(project({"setup.py": "x = 1\nraise KeyError(x)\n"}))
    with pytest.raises(KeyError) as error:
        core.run_setup("setup.py")
    assert (error.traceback[-1].path.name, error.traceback[-1].lineno) == ("setup.py", 1)


def test_a_nested_run_setup_leaves_the_journal_of_the_outer_run(distutils, project, monkeypatch) -> None:
    import oxidist

    script = failing(
        "import os\n"
        "        self.mkpath('made')\n"
        "        from distutils.core import run_setup\n"
        "        run_setup('inner.py', [], 'init')\n"
    )
    folder = project({"setup.py": script, "inner.py": "from distutils.core import setup\nsetup()\n"})
    monkeypatch.chdir(folder)
    from distutils.core import run_setup

    run_setup("setup.py", ["fail"])
    assert ("make-folder", "made") in oxidist.journal()
    run_setup("inner.py", ["clean", "--help"])
    assert ("make-folder", "made") in oxidist.journal()


def test_an_interrupted_run_says_so_and_exits_with_status_130(project, clean_home: Path) -> None:
    folder = project({"setup.py": failing("import time; open('started', 'w').close(); time.sleep(60)")})
    process = subprocess.Popen(
        [sys.executable, "setup.py", "fail"],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1"),
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "interrupted\n")


def test_the_metadata_is_written_and_read_back(distutils, tmp_path: Path, oracle) -> None:
    from distutils.dist import Distribution, DistributionMetadata

    given = {
        "name": "demo",
        "version": "1.0",
        "author": "Ann",
        "maintainer_email": "mia@example.org",
        "description": "short",
        "long_description": "Lines\nof text é",
        "keywords": ["a", "b"],
        "platforms": ["any"],
        "classifiers": ["A :: B"],
        "requires": ["other (>=1.0)"],
        "provides": [" demo "],
    }
    Distribution(dict(given)).metadata.write_pkg_info(str(tmp_path))
    ours = (tmp_path / "PKG-INFO").read_text(encoding="utf-8")
    script = "from distutils.dist import Distribution; import sys; "
    (tmp_path / "theirs").mkdir()
    oracle.run("-c", f"{script} Distribution({given!r}).metadata.write_pkg_info('theirs')", cwd=tmp_path)
    assert ours == (tmp_path / "theirs" / "PKG-INFO").read_text(encoding="utf-8")

    read = DistributionMetadata(str(tmp_path / "PKG-INFO"))
    assert (read.name, read.author_email, read.maintainer) == ("demo", "mia@example.org", None)
    assert (read.keywords, read.platforms, read.provides) == (["a", "b"], ["any"], ["demo"])
    assert read.long_description == "Lines\n        of text é"


def test_getters_of_the_distribution_are_the_metadatas(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"name": "demo", "author": "Ann"})
    assert (dist.get_fullname(), dist.get_contact(), dist.get_url()) == ("demo-0.0.0", "Ann", "UNKNOWN")
    dist.metadata.version = "2"
    assert dist.get_fullname() == "demo-2"


@pytest.mark.parametrize("field", ["requires", "obsoletes", "provides"])
def test_requirements_that_do_not_parse_are_refused(distutils, field: str) -> None:
    from distutils.dist import Distribution

    with pytest.raises(ValueError):
        Distribution({field: ["my.pkg (splat)"]})


@pytest.mark.parametrize("field", ["keywords", "platforms", "classifiers"])
def test_lists_that_are_none_are_made_lists_with_a_warning(distutils, capsys, field: str) -> None:
    from distutils.dist import Distribution

    dist = Distribution({field: ("a", "b")})
    assert getattr(dist.metadata, field) == ["a", "b"]
    assert capsys.readouterr().err == f"Warning: '{field}' should be a list, got type 'tuple'\n"


def test_an_extension_keeps_what_it_is_given_and_warns_of_the_rest(distutils) -> None:
    from distutils.core import Extension

    with pytest.warns(UserWarning, match="Unknown Extension options: 'a', 'b'"):
        extension = Extension("pkg.mod", ["mod.c"], libraries=["m"], b=1, a=2)
    assert (extension.name, extension.libraries, extension.depends) == ("pkg.mod", ["m"], [])
    assert repr(extension) == f"<distutils.extension.Extension('pkg.mod') at {id(extension):#x}>"
    with pytest.raises(AssertionError, match="'sources' must be a list of strings"):
        Extension("pkg.mod", "mod.c")
    with pytest.raises(AssertionError, match="'name' must be a string"):
        Extension(5, [])


def test_the_methods_of_a_distribution_that_tell_what_it_has(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution()
    empty = [dist.has_pure_modules(), dist.has_ext_modules(), dist.has_c_libraries(), dist.has_modules()]
    assert empty == [False, None, None, None]
    assert not dist.is_pure()
    dist.packages = ["a"]
    assert (dist.has_pure_modules(), dist.has_modules(), dist.is_pure()) == (True, True, True)
    dist.ext_modules = [object()]
    assert (dist.has_ext_modules(), dist.is_pure()) == (True, False)
    dist.scripts, dist.headers, dist.data_files = ["s"], [], None
    assert (dist.has_scripts(), dist.has_headers(), dist.has_data_files()) == (True, [], None)


def test_reinitializing_a_command_takes_its_options_from_their_sources_again(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"options": {"clean": {"build_base": "here"}}})
    command = dist.get_command_obj("clean")
    assert dist.get_command_obj("clean") is command
    assert dist.get_command_obj("nosuch", create=0) is None
    command.build_base, command.finalized, dist.have_run["clean"] = "elsewhere", 1, 1
    assert dist.reinitialize_command("clean") is command
    assert (command.build_base, command.finalized, dist.have_run["clean"]) == ("here", 0, 0)
    command.build_base = "elsewhere"
    dist.reinitialize_command(command)
    assert command.build_base == "elsewhere"
