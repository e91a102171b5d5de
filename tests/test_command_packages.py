"""Commands that come from the script (`cmdclass`) and from command packages: each rule of the chapter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SETUP = "from distutils.core import setup\nsetup(name='demo', version='1.0')\n"


def command(name: str, base: str = "Command", says: str = "") -> str:
    """A module with one command, which prints its module's name and `says`."""
    return f'''
from distutils.core import Command


class {name}({base}):
    """What {name} does."""

    description = "the {name} of " + __name__
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        print(__name__, {says!r})
'''


@pytest.fixture
def packages(project) -> Path:
    """A project that knows of no command, beside two command packages with one command in common."""
    return project(
        {
            "setup.py": SETUP,
            "distcmds/__init__.py": "",
            "distcmds/bdist_openpkg.py": command("bdist_openpkg"),
            "distcmds/clean.py": command("clean"),
            "buildcmds/__init__.py": "",
            "buildcmds/bdist_openpkg.py": command("bdist_openpkg"),
            "buildcmds/bdist_other.py": command("bdist_other"),
        }
    )


def last(done) -> str:
    return done.stdout.strip().split("\n")[-1]


def test_a_command_of_cmdclass_is_there_for_the_command_line(project, run_setup) -> None:
    script = command("hello") + "from distutils.core import setup\nsetup(cmdclass={'hello': hello})\n"
    assert last(run_setup(project({"setup.py": script}), "hello")) == "__main__"


def test_a_subclass_in_cmdclass_replaces_the_command_everywhere(project, run_setup) -> None:
    script = (
        "from distutils.command.clean import clean as _clean\n"
        + command("clean", base="_clean")
        + command("tidy").replace("print(", "self.run_command('clean'); print(")
        + "from distutils.core import setup\nsetup(cmdclass={'clean': clean, 'tidy': tidy})\n"
    )
    folder = project({"setup.py": script.replace("user_options = []", "user_options = Command.sub_commands")})
    assert run_setup(folder, "clean").stdout == "running clean\n__main__ \n"
    assert run_setup(folder, "tidy").stdout == "running tidy\nrunning clean\n__main__ \n__main__ \n"


def test_a_command_may_be_registered_under_another_name_than_its_class_has(project, run_setup) -> None:
    script = command("hello") + "from distutils.core import setup\nsetup(cmdclass={'salute': hello})\n"
    folder = project({"setup.py": script})
    assert last(run_setup(folder, "salute")) == "__main__"
    assert "error: invalid command 'hello'" in run_setup(folder, "hello", status=1).stderr


def test_a_command_must_derive_from_command(project, run_setup) -> None:
    script = (
        command("hello", base="object") + "from distutils.core import setup\nsetup(cmdclass={'hello': hello})"
    )
    done = run_setup(project({"setup.py": script}), "hello", status=1)
    assert done.stderr == (
        "error: command 'hello': command class <class '__main__.hello'> must subclass Command (setup.py:4)\n"
    )


def test_a_command_package_may_not_offer_a_class_that_is_no_command(packages: Path, run_setup) -> None:
    (packages / "distcmds" / "odd.py").write_text("class odd:\n    user_options = []\n")
    done = run_setup(packages, "--command-packages", "distcmds", "odd", status=1)
    assert done.stderr == (
        "error: command 'odd': command class <class 'distcmds.odd.odd'> must subclass Command "
        "(distcmds/odd.py:1)\n"
    )


def test_without_the_option_only_distutils_own_commands_are_found(packages: Path, run_setup) -> None:
    done = run_setup(packages, "bdist_openpkg", status=1)
    assert done.stderr.endswith("\nerror: invalid command 'bdist_openpkg'\n")


def test_the_chapters_command_line_works_as_written(packages: Path, run_setup) -> None:
    done = run_setup(packages, "--command-packages", "distcmds,buildcmds", "bdist_openpkg")
    assert done.stdout == "running bdist_openpkg\ndistcmds.bdist_openpkg \n"


def test_the_packages_are_searched_in_the_given_order(packages: Path, run_setup) -> None:
    run: Callable[[str], str] = lambda order: last(  # noqa: E731
        run_setup(packages, "--command-packages", order, "bdist_openpkg")
    )
    assert run("buildcmds,distcmds") == "buildcmds.bdist_openpkg"
    assert run("distcmds,buildcmds") == "distcmds.bdist_openpkg"


def test_a_command_of_a_later_package_is_found_where_the_earlier_ones_have_none(
    packages: Path, run_setup
) -> None:
    done = run_setup(packages, "--command-packages=distcmds,buildcmds", "bdist_other")
    assert last(done) == "buildcmds.bdist_other"


def test_distutils_own_commands_come_before_those_of_the_packages(packages: Path, run_setup) -> None:
    done = run_setup(packages, "--command-packages=distcmds", "clean")
    assert "distcmds.clean" not in done.stdout


def test_distutils_command_keeps_the_place_it_is_given(packages: Path, run_setup) -> None:
    done = run_setup(packages, "--command-packages=distcmds,distutils.command", "clean")
    assert last(done) == "distcmds.clean"


def test_white_space_and_empty_names_between_the_commas_do_not_count(packages: Path, run_setup) -> None:
    done = run_setup(packages, "--command-packages", " distcmds , ,buildcmds ,", "bdist_other")
    assert last(done) == "buildcmds.bdist_other"


def test_a_package_may_be_a_subpackage(packages: Path, run_setup) -> None:
    inner = packages / "outer" / "inner"
    inner.mkdir(parents=True)
    (inner / "deep.py").write_text(command("deep"))
    assert last(run_setup(packages, "--command-packages=outer.inner", "deep")) == "outer.inner.deep"


def test_the_option_is_only_known_before_the_first_command(packages: Path, run_setup) -> None:
    done = run_setup(packages, "clean", "--command-packages=distcmds", status=1)
    assert done.stderr.endswith(
        "\nerror: option --command-packages not recognized: --command-packages stands before every command\n"
    )


def test_the_option_may_be_set_in_the_global_section_of_a_configuration_file(
    packages: Path, run_setup, tmp_path: Path
) -> None:
    for spelling in ("command_packages", "command-packages"):
        config = tmp_path / "mine.cfg"
        config.write_text(f"[global]\n{spelling} = distcmds, buildcmds\n")
        done = run_setup(packages, "bdist_openpkg", env={"DIST_EXTRA_CONFIG": str(config)})
        assert (last(done), done.stderr) == ("distcmds.bdist_openpkg", "")


def test_the_option_cannot_be_set_in_another_section(packages: Path, run_setup, tmp_path: Path) -> None:
    config = tmp_path / "mine.cfg"
    config.write_text("[clean]\ncommand_packages = distcmds\n")
    done = run_setup(packages, "clean", env={"DIST_EXTRA_CONFIG": str(config)}, status=1)
    assert (
        done.stderr == f"error: error in {config}:2: command 'clean' has no such option 'command_packages'\n"
    )


def test_the_command_line_overrides_a_configuration_file(packages: Path, run_setup, tmp_path: Path) -> None:
    config = tmp_path / "mine.cfg"
    config.write_text("[global]\ncommand_packages = distcmds\n")
    env = {"DIST_EXTRA_CONFIG": str(config)}
    done = run_setup(packages, "--command-packages=buildcmds", "bdist_openpkg", env=env)
    assert last(done) == "buildcmds.bdist_openpkg"


def test_the_empty_string_on_the_command_line_is_the_default_again(
    packages: Path, run_setup, tmp_path: Path
) -> None:
    config = tmp_path / "mine.cfg"
    config.write_text("[global]\ncommand_packages = distcmds\n")
    env = {"DIST_EXTRA_CONFIG": str(config)}
    for empty in (["--command-packages="], ["--command-packages", ""], ["--command-packages", " "]):
        done = run_setup(packages, *empty, "bdist_openpkg", env=env, status=1)
        assert done.stderr.endswith("\nerror: invalid command 'bdist_openpkg'\n")


def test_a_projects_own_file_that_sets_it_is_honoured_with_a_warning_that_names_the_file(
    packages: Path, run_setup
) -> None:
    (packages / "setup.cfg").write_text("[global]\n\ncommand_packages = distcmds\n")
    done = run_setup(packages, "bdist_openpkg")
    assert last(done) == "distcmds.bdist_openpkg"
    assert done.stderr == (
        "warning: setup.cfg:3: command_packages is not for a project's own setup.cfg: it belongs on the "
        "command line or in your own configuration file\n"
    )


def test_the_script_may_name_packages_too(packages: Path, run_setup) -> None:
    for value in ("'buildcmds'", "['distutils.command', 'buildcmds']"):
        (packages / "setup.py").write_text(SETUP.replace("name=", f"command_packages={value}, name="))
        assert last(run_setup(packages, "bdist_openpkg")) == "buildcmds.bdist_openpkg"


def test_packages_of_another_type_are_refused_in_one_line(packages: Path, run_setup) -> None:
    (packages / "setup.py").write_text(SETUP.replace("name=", "command_packages=5, name="))
    done = run_setup(packages, "bdist_openpkg", status=1)
    text = "'command_packages' must be a list of strings, or a string with commas (got 5)"
    assert done.stderr == f"error: {text}\n"


def test_a_module_without_the_class_of_its_name_is_an_error_that_names_both(
    packages: Path, run_setup
) -> None:
    (packages / "distcmds" / "hollow.py").write_text("class Hollow: pass\n")
    done = run_setup(packages, "--command-packages=distcmds", "hollow", status=1)
    assert done.stderr.endswith(
        "\nerror: invalid command 'hollow' (no class 'hollow' in module 'distcmds.hollow')\n"
    )


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("from os import nothing", "ImportError: cannot import name 'nothing' from 'os'"),
        ("import distcmds.nowhere", "ModuleNotFoundError: No module named 'distcmds.nowhere'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def x(:", "SyntaxError: invalid syntax"),
    ],
)
def test_an_error_inside_the_module_is_never_taken_for_no_such_command(
    packages: Path, run_setup, source: str, cause: str
) -> None:
    (packages / "distcmds" / "bdist_other.py").write_text(source)
    done = run_setup(packages, "--command-packages=distcmds,buildcmds", "bdist_other", status=1)
    expected = (
        f"error: invalid command 'bdist_other' (module 'distcmds.bdist_other' cannot be imported: {cause}"
    )
    assert done.stderr.strip().split("\n")[-1].startswith(expected)
    assert done.stdout == ""


def test_an_import_error_in_the_packages_own_code_is_reported_as_such(packages: Path, run_setup) -> None:
    (packages / "distcmds" / "__init__.py").write_text("import nowhere_at_all")
    done = run_setup(packages, "--command-packages=distcmds", "bdist_openpkg", status=1)
    assert done.stderr.endswith(
        "\nerror: invalid command 'bdist_openpkg' (package 'distcmds' cannot be imported: "
        "ModuleNotFoundError: No module named 'nowhere_at_all' (distcmds/__init__.py:1))\n"
    )


def test_a_command_that_is_nowhere_is_told_with_the_packages_that_were_searched(
    packages: Path, run_setup
) -> None:
    done = run_setup(packages, "--command-packages=distcmds,buildcmds", "nosuch", status=1)
    assert done.stderr.endswith(
        "\nerror: invalid command 'nosuch' (looked in distutils.command, distcmds, buildcmds)\n"
    )


def test_a_package_that_does_not_exist_is_passed_over_and_named_when_nothing_is_found(
    packages: Path, run_setup
) -> None:
    assert last(run_setup(packages, "--command-packages=nopkg,distcmds", "bdist_openpkg")).startswith(
        "distcmds"
    )
    done = run_setup(packages, "--command-packages=nopkg,no.pkg,setup", "nosuch", status=1)
    assert done.stderr.endswith(
        "\nerror: invalid command 'nosuch' (looked in distutils.command, nopkg, no.pkg, setup; "
        "there is no package 'nopkg'; there is no package 'no'; 'setup' is a module, not a package)\n"
    )


def test_help_lists_the_commands_of_the_packages_as_extra_commands(packages: Path, run_setup) -> None:
    (packages / "buildcmds" / "toolbox.py").write_text("x = 1\n")
    (packages / "buildcmds" / "broken.py").write_text("import nowhere_at_all\n")
    done = run_setup(packages, "--command-packages=distcmds,buildcmds,nopkg", "--help-commands")
    standard, _, extra = done.stdout.partition("\n\nExtra commands:\n")
    assert standard.startswith("Standard commands:\n  build ")
    lines = extra.partition("\n\n")[0].split("\n")
    assert [line.split()[0] for line in lines] == ["bdist_openpkg", "bdist_other", "broken"]
    assert lines[0].endswith("  the bdist_openpkg of distcmds.bdist_openpkg")
    assert "No module named 'nowhere_at_all'" in lines[2]


def test_help_on_a_command_of_a_package_shows_its_options(packages: Path, run_setup) -> None:
    done = run_setup(packages, "--command-packages=distcmds", "bdist_openpkg", "--help")
    assert "\nOptions for 'bdist_openpkg' command:\n" in done.stdout


def test_a_found_class_is_kept_in_cmdclass(distutils, packages: Path, monkeypatch) -> None:
    from distutils.dist import Distribution

    monkeypatch.syspath_prepend(packages)
    dist = Distribution({"command_packages": "distcmds"})
    found = dist.get_command_class("bdist_openpkg")
    assert found.__module__ == "distcmds.bdist_openpkg"
    assert dist.cmdclass == {"bdist_openpkg": found}
    assert dist.command_packages == ["distutils.command", "distcmds"]
