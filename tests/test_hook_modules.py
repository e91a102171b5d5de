"""Several hooks of the build backend in one process: what they leave in it, and what they answer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import clean_environment
from hooks import call as call_hooks

SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "oxidist.build_meta"\n'
SETUP = "from distutils.core import setup\nsetup(name='d', version='1', py_modules=['a'])\n"
ONCE = "import sys\nif hasattr(sys, '_once'): raise ImportError('cannot load twice')\nsys._once = True\n"


@pytest.fixture
def python(clean_home):
    """`python(folder, code, PATH...)`: what `code` prints as JSON; `PATH` is searched for modules."""

    def run(folder: Path, code: str, *path: str) -> object:
        environment = clean_environment(clean_home)
        environment["PYTHONPATH"] = os.pathsep.join([*path, *filter(None, [environment.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.mark.parametrize(
    ("place", "mark"),
    [
        (".tox/.pkg/lib/python3/site-packages", None),
        (".venv/more", ".venv/pyvenv.cfg"),
        ("env/more", "env/conda-meta/history"),
        ("deps", "deps/x-1.dist-info/INSTALLER"),
        (".eggs/x-1.egg", None),
    ],
)
def test_modules_of_an_environment_inside_the_project_are_loaded_once(project, python, place, mark) -> None:
    folder = project(
        {
            "pyproject.toml": SYSTEM,
            "setup.py": "import once, own, space.part\n" + SETUP,
            "a.py": "",
            f"{place}/once.py": ONCE,
            "lib/own.py": "",
            "lib/space/part.py": "",
            **({mark: ""} if mark else {}),
        }
    )
    code = """
import json, os, sys
from oxidist import build_meta as b
os.mkdir("m")
b.prepare_metadata_for_build_wheel("m"), b.build_sdist("w"), b.build_wheel("w")
print(json.dumps(sorted({"once", "own", "space", "space.part"} & set(sys.modules))))
"""
    assert python(folder, code, str(folder / place), str(folder / "lib")) == ["once"]


def test_metadata_are_answered_from_the_folder_that_the_hook_has_made(project, clean_home) -> None:
    folder = project(
        {
            "pyproject.toml": SYSTEM,
            "setup.py": SETUP,
            "a.py": "",
            "m/other-3.dist-info/METADATA": "",
            "m/d-1.dist-info/d-1.dist-info/METADATA": "",
            "m/d-1.dist-info/entry_points.txt": "[console_scripts]\nold = old:main\n",
            "m/z-1.dist-info": "",
            "file": "",
        }
    )
    hook = "prepare_metadata_for_build_wheel"
    answers = call_hooks(
        folder,
        clean_home,
        (hook, "m"),
        (hook, str(folder / "m")),
        (hook, "."),
        (hook, "none"),
        (hook, "file"),
        (hook, ""),
    )
    assert answers[:3] == ["d-1.dist-info"] * 3
    # What was made earlier, by whomever, is no part of it.
    assert sorted(os.listdir(folder / "m/d-1.dist-info")) == ["METADATA", "top_level.txt"]
    assert sorted(os.listdir(folder / "m")) == ["d-1.dist-info", "other-3.dist-info", "z-1.dist-info"]
    for (kind, text), what in zip(
        answers[3:], ("'none' is not a folder", "'file' is not a folder", "it is empty"), strict=True
    ):
        assert kind == "exit" and text.startswith(f"error: metadata_directory: {what}: ")


@pytest.mark.parametrize("attribute", ["", "self.dist_info_dir = 'elsewhere'\n"])
def test_a_dist_info_of_the_projects_own_is_never_mixed_up_with_what_was_there(
    project, clean_home, attribute
) -> None:
    script = f"""
from distutils.core import Command, setup
class dist_info(Command):
    user_options = [("output-dir=", None, "")]
    def initialize_options(self): self.output_dir = None
    def finalize_options(self): pass
    def run(self):
        import os
        if "MAKE" in os.environ: os.mkdir(os.path.join(self.output_dir, "mine-2.dist-info"))
        {attribute}
setup(name='d', version='1', py_modules=['a'], cmdclass={{"dist_info": dist_info}})
"""
    files = {"pyproject.toml": SYSTEM, "a.py": "", "m/d-1.dist-info/METADATA": ""}
    folder = project(files)
    (folder / "setup.py").write_text(script)
    hook = ("prepare_metadata_for_build_wheel", "m")
    ((kind, text),) = call_hooks(folder, clean_home, hook)
    assert kind == "exit" and "the command dist_info has made nothing" in text
    assert os.listdir(folder / "m") == ["d-1.dist-info"]
    assert call_hooks(folder, clean_home, hook, env={"MAKE": "1"}) == ["mine-2.dist-info"]


def test_hooks_of_several_threads_take_turns(project, python) -> None:
    folder = project(
        {
            "pyproject.toml": SYSTEM,
            "setup.py": "import os, sys; os.mkdir('busy'); os.rmdir('busy')\n" + SETUP,
            "a.py": "",
        }
    )
    code = """
import json, os, sys
from concurrent.futures import ThreadPoolExecutor
from oxidist import build_meta as b
os.mkdir("m")
before = sys.argv[:], sys.path[:], os.getcwd()
with ThreadPoolExecutor(6) as pool:
    made = [pool.submit(b.build_wheel, f"w{n}") for n in range(3)]
    made += [pool.submit(b.build_sdist, "s"), pool.submit(b.prepare_metadata_for_build_wheel, "m")]
    answers = [one.result() for one in made]
assert before == (sys.argv, sys.path, os.getcwd())
print(json.dumps(answers))
"""
    wheel = "d-1-py3-none-any.whl"
    assert python(folder, code) == [wheel, wheel, wheel, "d-1.tar.gz", "d-1.dist-info"]
    assert all((folder / f"w{n}" / wheel).is_file() for n in range(3))


def test_a_hook_for_another_project_in_another_thread_is_refused(project, python) -> None:
    waiting = "import builtins; builtins.began.set(); builtins.end.wait(60)\n"
    folder = project(
        {"a/pyproject.toml": SYSTEM, "a/setup.py": waiting + SETUP, "a/a.py": "", "b/setup.py": ""}
    )
    code = """
import builtins, json, os, threading
from oxidist import build_meta as b
builtins.began, builtins.end = threading.Event(), threading.Event()
os.chdir("a")
first = threading.Thread(target=lambda: b.build_sdist("w"))
first.start(); builtins.began.wait(60)
os.chdir("../b")
try:
    b.build_sdist("w")
except RuntimeError as error:
    said = str(error)
finally:
    os.chdir("../a"); builtins.end.set(); first.join()
print(json.dumps([said, os.listdir("w")]))
"""
    said, made = python(folder, code)
    assert "build several projects in a process each" in said and made == ["d-1.tar.gz"]
