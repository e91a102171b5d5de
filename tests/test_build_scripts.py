"""build_scripts and install_scripts: the first line of scripts in Python, and all others as they are."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import wheels
from twins import setup_py

# name: what is in the script.
SCRIPTS: dict[str, bytes] = {
    "python": b"#!/usr/bin/python\nprint(1)\n",
    "python3 through env": b"#!/usr/bin/env python3\nprint(1)\n",
    "with a version": b"#! /opt/python2.7\nprint(1)",
    "with options": b"#!/usr/bin/python3 -u  -O \nprint(1)\n",
    "with a tab before the options": b"#!/usr/bin/python\t-u\nprint(1)\n",
    "no line end": b"#!/usr/bin/python",
    "only the line": b"#!/usr/bin/python\n",
    "lines that end as on Windows": b"#!/usr/bin/python\r\nprint(1)\r\n",
    "the same, with options": b"#!/usr/bin/python -u\r\nprint(1)\r\n",
    "another program of that name": b"#!/usr/bin/pythonic\nprint(1)\n",
    "a folder of that name": b"#!/opt/python3/bin/run\nprint(1)\n",
    "a shell script": b"#!/bin/sh\necho python\n",
    "no first line for the loader": b"print('python')\n",
    "a space in front": b" #!/usr/bin/python\n",
    "an encoding": b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nprint('\xe9')\n",
    "an encoding in the first line": b"# coding: utf-8\nprint('\xc3\xa9')\n",
    "UTF-8": "#!/usr/bin/python\n# gr\u00fc\u00dfe\nprint('\u00e9')\n".encode(),
    "a byte order mark": b"\xef\xbb\xbf#!/usr/bin/python\nprint(1)\n",
    "other bytes further down": b"#!/usr/bin/python\n\n\n\xff\xfe\n",
    "nul bytes": b"#!/bin/sh\n\0\0\0",
}


def numbered() -> dict[str, str | bytes]:
    return {f"bin/s{number:02}": text for number, text in enumerate(SCRIPTS.values())}


@pytest.mark.parametrize("options", [[], ["--force"], ["--executable=/opt/a b/python9"]], ids=str)
def test_scripts_are_byte_for_byte_what_cpython_makes_of_them(twins, options: list[str]) -> None:
    files = numbered()
    pair = twins({"setup.py": setup_py(scripts=list(files)), **files})
    for folder in (pair.ours, pair.theirs):
        (folder / "bin/s01").chmod(0o600)
        (folder / "bin/s02").chmod(0o4755)
    for _ in "again":
        ours, theirs = pair.run("build_scripts", "--build-dir=out", *options)
        assert ours.stdout == theirs.stdout
        built = pair.assert_same("out")
    adjusted = sum(content.startswith(b"#!/") and b"python9" in content for _, _, content in built.values())
    assert adjusted == (11 if "python9" in str(options) else 0)


def test_the_interpreter_that_runs_is_the_one_that_scripts_start(project, run_setup) -> None:
    folder = project({"setup.py": setup_py(scripts=["run"]), "run": "#!/usr/bin/python -u\nprint('here')\n"})
    run_setup(folder, "-q", "install", "--root=root", "--prefix=/usr")
    (script,) = (folder / "root").rglob("run")
    first, rest = script.read_text().split("\n", 1)
    assert re.fullmatch(r"#!/.*python\S* -u", first)
    assert rest == "print('here')\n"
    assert script.stat().st_mode & 0o777 == 0o755
    assert os.path.exists(first[2:].split()[0])


def test_only_newer_scripts_are_built_again(project, run_setup) -> None:
    folder = project(
        {"setup.py": setup_py(scripts=["a", "b"]), "a": "#!/usr/bin/python\n", "b": "#!/bin/sh\n"}
    )
    run_setup(folder, "build")
    assert run_setup(folder, "build").stdout.splitlines() == ["running build", "running build_scripts"]
    done = run_setup(folder, "-v", "-v", "build")
    assert [line for line in done.stdout.splitlines() if line.endswith("(up-to-date)")] == [
        "not copying a (up-to-date)",
        "not copying b (up-to-date)",
    ]
    assert "copying and adjusting a -> build" in run_setup(folder, "build", "--force").stdout


def test_a_script_is_built_again_for_another_interpreter_and_for_no_other_reason(project, run_setup) -> None:
    files = {"a": "#!/usr/bin/python -u\n1\n", "b": "#!/bin/sh\n", "c": "#!/usr/bin/env python3\n"}
    setup = "import os, sys\nsys.executable = os.environ.get('STARTED_AS', sys.executable)\n"
    folder = project({"setup.py": setup + setup_py(scripts=list(files)), **files})

    def made(*words: str, python: str = sys.executable) -> list[str]:
        done = run_setup(folder, *words, "--build-scripts=out", env={"STARTED_AS": python})
        return [line for line in done.stdout.splitlines() if line.startswith("copying")]

    assert len(made("build")) == 3
    assert made("build") == []
    again = ["copying and adjusting a -> out", "copying and adjusting c -> out"]
    assert made("build", python="/opt/other") == again
    assert (folder / "out/a").read_text() == "#!/opt/other -u\n1\n"
    assert made("build", python="/opt/other") == []
    assert made("build", "--executable=/opt/python") == again
    assert made("build", "--executable=/opt/python") == []
    assert made("build") == again
    (folder / "a").write_text("#!/usr/bin/python -O\n1\n")
    assert made("build") == again[:1]
    assert (folder / "out/a").read_text().startswith(f"#!{sys.executable} -O\n")


HOOKED = """
    import distutils.command.build_scripts as module
    from distutils.core import setup

    class build_scripts(module.build_scripts):
        def copy_scripts(self):
            made = super().copy_scripts()
            for name in made[1]:
                text = open(name).read()
                open(name, "w").write("#!/opt/own" + text[text.index("\\n"):])
            return made

    if "{how}" == "newer":
        newer = module.newer
        module.newer = lambda *files: newer(*files)
        build_scripts = module.build_scripts
    setup(name="p", version="1", scripts=["a"], cmdclass={{"build_scripts": build_scripts}})
    """


@pytest.mark.parametrize("how", ["copy_scripts", "newer"])
def test_what_a_script_of_the_projects_own_has_built_is_up_to_date_as_in_cpython(twins, how: str) -> None:
    pair = twins({"setup.py": HOOKED.format(how=how), "a": "#!/usr/bin/python\n1\n"})
    for options in ([], [], ["--executable=/opt/python"]):
        ours, theirs = pair.run("build", "--build-scripts=out", *options)
        assert ours.stdout == theirs.stdout
    pair.assert_same("out")


def test_a_wheel_takes_no_script_that_is_for_nobody_knows_which_interpreter(project, run_setup) -> None:
    setup = HOOKED.format(how="copy_scripts").replace("#!/opt/own", "#!" + sys.executable)
    folder = project({"setup.py": setup, "a": "#!/usr/bin/python\n1\n"})
    run_setup(folder, "build")
    (built,) = folder.glob("build/scripts*/a")
    built.write_text("#!/another/python\n1\n")
    run_setup(folder, "bdist_wheel")
    assert wheels.contents(wheels.only_wheel(folder))["p-1.data/scripts/a"] == b"#!python\n1\n"


def test_an_empty_script_is_left_out_with_a_warning(project, run_setup) -> None:
    folder = project({"setup.py": setup_py(scripts=["empty", "full"]), "empty": "", "full": "#!/bin/sh\n"})
    done = run_setup(folder, "build_scripts", "--build-dir=out")
    assert "warning: build_scripts: empty is an empty file (skipping)" in done.stderr
    assert [path.name for path in (folder / "out").iterdir()] == ["full"]


# name: the script's contents (None: there is none), and what the error says.
MISTAKES: dict[str, tuple[bytes | None, list[str], str]] = {
    "missing": (None, [], "run' does not exist"),
    "missing, forced": (None, ["--force"], "could not read 'run': No such file or directory"),
    "not UTF-8": (
        b"#!/usr/bin/python\n# \xe9\nprint(1)\n",
        [],
        "script 'run': invalid or missing encoding declaration",
    ),
    "an unknown encoding": (
        b"#!/usr/bin/python\n# coding: klingon\n",
        [],
        "script 'run': unknown encoding: klingon",
    ),
    "an interpreter that its encoding has no letters for": (
        b"#!/usr/bin/python\n# coding: ascii\n",
        ["--executable=/opt/gr\u00fc\u00dfe/python"],
        "script 'run': the shebang (b'#!/opt/gr",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_script_that_cannot_be_built_is_one_line_that_names_it(project, run_setup, name: str) -> None:
    content, options, expected = MISTAKES[name]
    folder = project({"setup.py": setup_py(scripts=["run"]), **({} if content is None else {"run": content})})
    done = run_setup(folder, "build_scripts", "--build-dir=out", *options, status=1)
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert expected in last
    assert not list((folder / "out").iterdir())


@pytest.mark.parametrize(("scripts", "shown"), [("run", "'run'"), ([3], "[3]")])
def test_scripts_are_a_list_of_names(project, run_setup, scripts: object, shown: str) -> None:
    folder = project({"setup.py": setup_py(scripts=scripts)})
    done = run_setup(folder, "build_scripts", status=1)
    assert f"error: 'scripts' must be a list of strings (got {shown})" in done.stderr


def test_a_folder_is_no_script(project, run_setup) -> None:
    folder = project({"setup.py": setup_py(scripts=["run"]), "run/x": ""})
    assert "error: could not read 'run': Is a directory" in run_setup(folder, "build", status=1).stderr


def test_the_expression_for_a_first_line_can_be_replaced(project, run_setup) -> None:
    script = """
        import re
        from distutils.command import build_scripts
        from distutils.core import setup

        assert build_scripts.first_line_re.match(b"#!/usr/bin/python3.11 -O\\n").group(1) == b" -O"
        build_scripts.first_line_re = re.compile(b"^#!snake(.*)$")
        setup(name="p", scripts=["a", "b"])
    """
    folder = project({"setup.py": script, "a": "#!snake -v\n1\n", "b": "#!/usr/bin/python\n2\n"})
    run_setup(folder, "-q", "build_scripts", "--build-dir=out", "--executable=/x")
    assert (folder / "out/a").read_text() == "#!/x -v\n1\n"
    assert (folder / "out/b").read_text() == "#!/usr/bin/python\n2\n"


def test_installed_scripts_can_be_run_by_everyone(twins) -> None:
    files = numbered()
    pair = twins({"setup.py": setup_py(scripts=list(files)), **files})
    pair.run("-q", "install_scripts", "--install-dir=bin2")
    assert {mode for _, mode, _ in pair.assert_same("bin2").values()} == {0o755}
    assert not Path(pair.ours / "bin2/missing").exists()
