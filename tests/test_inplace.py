"""Extensions that are built in place, by whatever word, are in what is packed and installed as well."""

import sysconfig
import zipfile
from pathlib import Path

import pytest
from archives import members
from hooks import call as call_hooks

NAME = "fast" + sysconfig.get_config_var("EXT_SUFFIX")
MODULE = """
    #include <Python.h>
    static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "fast", NULL, -1, NULL};
    PyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&module); }
    """
SETUP = """
    from distutils.core import Extension, setup
    from distutils.command.build_ext import build_ext

    class always(build_ext):
        def finalize_options(self):
            build_ext.finalize_options(self)
            self.inplace = True

    setup(name="x", version="1", packages=["pkg"], package_dir={"": "src"},
          ext_modules=[Extension("pkg.fast", ["fast.c"]), Extension("pkg.not", ["not.c"], optional=True)],
          cmdclass=CLASSES)
    """
FILES = {
    "setup.py": SETUP.replace("CLASSES", "{}"),
    "src/pkg/__init__.py": "",
    "fast.c": MODULE,
    "not.c": "#error\n",
}
CONFIGURED = {**FILES, "setup.cfg": "[build_ext]\ninplace = 1\n"}


def wheels(folder: Path) -> list[str]:
    (wheel,) = folder.glob("*.whl")
    return [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]


def test_a_configured_inplace_leaves_no_extension_out(project, run_setup) -> None:
    folder = project(CONFIGURED)
    run_setup(folder, "-q", "bdist_wheel", "bdist_dumb")
    run_setup(folder, "-q", "install", "--root=root", "--record=record")
    assert (folder / "src/pkg" / NAME).is_file()
    assert wheels(folder / "dist") == [f"pkg/{NAME}"]
    (dumb,) = folder.glob("dist/*.tar.gz")
    assert any(name.endswith(f"pkg/{NAME}") for name in members(dumb))
    (record,) = [line for line in (folder / "record").read_text().splitlines() if NAME in line]
    assert (folder / "root").joinpath(record.lstrip("/")).is_file() and str(folder) not in record
    # Without the build, what was built in place is still found.
    for path in folder.glob("build/lib*/pkg/*.so"):
        path.unlink()
    run_setup(folder, "-q", "build_ext", "bdist_wheel", "--skip-build", "--dist-dir=again")
    assert wheels(folder / "again") == [f"pkg/{NAME}"]


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        (FILES, ["build_ext", "--inplace", "bdist_wheel"]),
        ({**FILES, "setup.py": SETUP.replace("CLASSES", "{'build_ext': always}")}, ["bdist_wheel"]),
        (
            {**FILES, "setup.py": SETUP.replace("CLASSES", "{'build_ext': always}")},
            ["bdist_wheel", "--keep-temp"],
        ),
    ],
    ids=["command line", "subclass", "install runs"],
)
def test_an_inplace_of_another_origin_leaves_no_extension_out(project, run_setup, files, commands) -> None:
    folder = project(files)
    run_setup(folder, "-q", *commands)
    assert wheels(folder / "dist") == [f"pkg/{NAME}"]


def test_build_ext_alone_builds_in_place_only(project, run_setup, tree) -> None:
    folder = project(CONFIGURED)
    run_setup(folder, "-q", "build_ext")
    assert not list(folder.glob("build/lib*"))
    before = tree(folder)
    run_setup(folder, "-q", "--dry-run", "bdist_wheel", "install", "--root=root")
    assert tree(folder) == before


@pytest.mark.parametrize("told", ["pyproject.toml", "settings"])
def test_the_backend_leaves_no_extension_out(project, clean_home, told) -> None:
    system = '[build-system]\nrequires = []\nbuild-backend = "oxidist.build_meta"\n'
    table = "[tool.oxidist.build_ext]\ninplace = true\n" if told == "pyproject.toml" else ""
    folder = project({**FILES, "pyproject.toml": system + table})
    settings = {} if table else {"build_ext.inplace": "1"}
    call_hooks(folder, clean_home, ("build_editable", "e", settings), ("build_wheel", "w", settings))
    assert wheels(folder / "w") == [f"pkg/{NAME}"] and wheels(folder / "e") == []
