"""distutils.util.byte_compile: what is in the files, which are made, and what happens where one cannot be."""

from __future__ import annotations

import importlib.util
import marshal
import os
import py_compile
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest

FEW, MANY = 3, 60
SOURCE = '''
"""About the module."""


def function(value):
    """About the function."""
    assert value, "no value"
    return __debug__
'''


@pytest.fixture
def byte_compile(distutils, monkeypatch):
    from distutils.util import byte_compile

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return byte_compile


def write_sources(count: int) -> list[str]:
    """In the current folder."""
    os.mkdir("src")
    files = [f"src/m{number}.py" for number in range(count)]
    for number, file in enumerate(files):
        Path(file).write_text(SOURCE + f"\nnumber = {number}\n")
    return files


def pyc(file: str, level: int = 0) -> Path:
    return Path(importlib.util.cache_from_source(file, optimization=level or ""))


def code_in(file: Path) -> CodeType:
    return marshal.loads(file.read_bytes()[16:])


def function_in(code: CodeType) -> CodeType:
    return next(const for const in code.co_consts if isinstance(const, CodeType))


few_and_many = pytest.mark.parametrize("count", [1, FEW, MANY])


@few_and_many
def test_the_files_are_those_that_py_compile_makes(byte_compile, count: int) -> None:
    files = write_sources(count)
    byte_compile(files)
    for file in files:
        ours = pyc(file).read_bytes()
        py_compile.compile(file, "theirs.pyc", file)
        theirs = Path("theirs.pyc").read_bytes()
        assert ours[:16] == theirs[:16]
        assert marshal.loads(ours[16:]) == marshal.loads(theirs[16:])
        assert pyc(file).stat().st_mode == Path("theirs.pyc").stat().st_mode
    assert sorted(os.listdir("src/__pycache__")) == sorted(pyc(file).name for file in files)


@few_and_many
@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_level_of_optimisation_is_what_its_name_says(byte_compile, count: int, level: int) -> None:
    files = write_sources(count)
    byte_compile(files, optimize=level)
    for file in files:
        code = code_in(pyc(file, level))
        function = function_in(code)
        assert ("no value" in function.co_consts) == (level == 0)
        assert ("About the function." in function.co_consts) == (level < 2)
        assert ("About the module." in code.co_consts) == (level < 2)
        namespace: dict[str, object] = {}
        exec(code, namespace)
        assert namespace["function"](1) is (level == 0)


@few_and_many
def test_files_are_valid_by_their_sources_hash_where_builds_are_reproducible(
    byte_compile, count, monkeypatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    files = write_sources(count)
    byte_compile(files)
    for file in files:
        head = pyc(file).read_bytes()[:16]
        assert int.from_bytes(head[4:8], "little") == 0b11
        assert head[8:] == importlib.util.source_hash(Path(file).read_bytes())


@few_and_many
def test_only_what_is_newer_than_its_byte_code_is_compiled(byte_compile, capsys, count: int) -> None:
    from distutils import log

    files = write_sources(count)
    byte_compile(files)
    os.utime(files[-1], (2**31, 2**31))
    log.set_threshold(log.DEBUG)
    byte_compile(files)
    skipped = [f"skipping byte-compilation of {file} to {pyc(file).name}" for file in files[:-1]]
    done = f"byte-compiling {files[-1]} to {pyc(files[-1]).name}"
    assert capsys.readouterr().out.splitlines() == [*skipped, done]
    byte_compile(files, force=1)
    assert capsys.readouterr().out.splitlines() == [f"byte-compiling {f} to {pyc(f).name}" for f in files]


@few_and_many
def test_code_carries_the_name_that_prefix_and_base_dir_make(byte_compile, count: int) -> None:
    files = write_sources(count)
    for options, expected in [
        ({}, files[0]),
        ({"prefix": "src/"}, "m0.py"),
        ({"prefix": "src"}, "/m0.py"),
        ({"base_dir": "/usr/lib"}, f"/usr/lib/{files[0]}"),
        ({"prefix": "src/", "base_dir": "/usr/lib/"}, "/usr/lib/m0.py"),
        ({"prefix": "src", "base_dir": "/usr/lib"}, "/m0.py"),
        ({"prefix": "", "base_dir": ""}, files[0]),
    ]:
        byte_compile(files, force=1, **options)
        code = code_in(pyc(files[0]))
        assert code.co_filename == function_in(code).co_filename == expected


def test_a_file_outside_of_the_prefix_is_an_error(byte_compile) -> None:
    files = write_sources(FEW)
    with pytest.raises(ValueError, match=r"invalid prefix: filename 'src/m0.py' doesn't start with 'lib'"):
        byte_compile(files, prefix="lib")


@few_and_many
def test_a_source_that_is_wrong_is_told_and_the_others_are_compiled(byte_compile, capsys, count: int) -> None:
    files = write_sources(count)
    Path("src/wrong.py").write_text("def :\n")
    Path("src/bytes.py").write_bytes(b"x = '\xff'\n")
    byte_compile(["src/wrong.py", *files, "src/bytes.py"])
    told = capsys.readouterr().err
    for name in ("wrong", "bytes"):
        py_compile.compile(f"src/{name}.py", "theirs.pyc", f"src/{name}.py")
    assert told == capsys.readouterr().err != ""
    assert {path.name for path in Path("src/__pycache__").iterdir()} == {pyc(file).name for file in files}


@few_and_many
def test_what_is_no_python_source_is_passed_over(byte_compile, count: int) -> None:
    files = write_sources(count)
    byte_compile([*files, "data.txt", "missing.pyw", "x.PY"])
    assert len(os.listdir("src/__pycache__")) == count


@few_and_many
def test_a_source_that_is_missing_ends_it(byte_compile, count: int) -> None:
    from distutils.errors import DistutilsFileError

    with pytest.raises(DistutilsFileError, match=r"src/gone\.py"):
        byte_compile([*write_sources(count), "src/gone.py"])


@few_and_many
def test_a_link_is_not_replaced(byte_compile, count: int) -> None:
    from distutils.errors import DistutilsFileError

    files = write_sources(count)
    pyc(files[0]).parent.mkdir()
    pyc(files[0]).symlink_to("elsewhere.pyc")
    with pytest.raises(DistutilsFileError, match=pyc(files[0]).name):
        byte_compile(files)
    assert os.listdir("src/__pycache__") == [pyc(files[0]).name]


@few_and_many
def test_a_dry_run_compiles_nothing_and_says_what_it_would(byte_compile, capsys, count: int) -> None:
    from distutils import log

    files = write_sources(count)
    log.set_threshold(log.INFO)
    byte_compile(files, dry_run=1)
    planned = capsys.readouterr().out
    assert not os.path.exists("src/__pycache__")
    byte_compile(files)
    assert capsys.readouterr().out == planned != ""


def test_nothing_is_compiled_where_python_is_told_to_write_no_byte_code(byte_compile, monkeypatch) -> None:
    from distutils.errors import DistutilsByteCompileError

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with pytest.raises(DistutilsByteCompileError, match=r"^byte-compiling is disabled\.$"):
        byte_compile(write_sources(1))


@pytest.mark.parametrize("command", ["build_py", "install_lib"])
def test_the_commands_only_warn_of_that(project, run_setup, command: str) -> None:
    folder = project(
        {"setup.py": "from distutils.core import setup\nsetup(name='p', py_modules=['m'])\n", "m.py": ""}
    )
    options = ["--install-dir=out"] if command == "install_lib" else ["--compile", "--build-lib=out"]
    done = run_setup(folder, command, *options, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert f"warning: {command}: byte-compiling is disabled, skipping." in done.stderr
    assert os.listdir(folder / "out") == ["m.py"]


@pytest.mark.parametrize(
    "program", ["", None, "/nowhere/python", "/bin/true", "/bin/cat", "other python"], ids=repr
)
def test_without_other_interpreters_it_is_done_in_this_one(
    byte_compile, monkeypatch, tmp_path, program
) -> None:
    if program == "other python":
        program = str(tmp_path / "python")
        Path(program).write_text("#!/bin/sh\nprintf 'magic'; sleep 5\n")
        os.chmod(program, 0o755)
    monkeypatch.setattr(sys, "executable", program)
    files = write_sources(MANY)
    byte_compile(files, optimize=1)
    assert all(code_in(pyc(file, 1)) for file in files)


def test_an_interpreter_that_dies_is_an_error_that_names_the_file(
    byte_compile, monkeypatch, tmp_path
) -> None:
    from distutils.errors import DistutilsExecError

    program = tmp_path / "python"
    magic = "".join(f"\\{byte:03o}" for byte in importlib.util.MAGIC_NUMBER)
    program.write_text(f"#!/bin/sh\nprintf '{magic}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(DistutilsExecError, match=r"src/m\d+\.py"):
        byte_compile(write_sources(MANY))
    assert not [name for name in os.listdir("src/__pycache__") if "oxidist" in name]


def test_no_interpreter_is_left_behind(byte_compile) -> None:
    byte_compile(write_sources(MANY))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_current_folder_is_no_place_to_import_from(byte_compile, capsys) -> None:
    files = write_sources(MANY)
    for name in ("py_compile", "traceback", "importlib", "enum"):
        Path(f"{name}.py").write_text("raise SystemExit('imported')\n")
    Path(files[0]).write_text("def :\n")
    byte_compile(files)
    assert "SyntaxError" in capsys.readouterr().err
    assert len(os.listdir("src/__pycache__")) == MANY - 1


def test_warnings_are_those_of_this_interpreter(tmp_path, run_setup, project) -> None:
    script = (
        "from distutils.util import byte_compile\nimport glob\nbyte_compile(sorted(glob.glob('src/*.py')))\n"
    )
    sources = {f"src/m{number}.py": "x = 1\n" for number in range(MANY)}
    folder = project({"setup.py": script, **sources, "src/a.py": "x = '\\d'\n", "src/z.py": "x = 1 is 1\n"})
    loud = run_setup(folder, script=["-W", "always", "setup.py"]).stderr
    assert "invalid escape sequence" in loud
    assert '"is" with ' in loud
    for path in folder.glob("src/__pycache__/*"):
        path.unlink()
    assert run_setup(folder, script=["-W", "ignore", "setup.py"]).stderr == ""


@few_and_many
def test_names_of_any_kind(byte_compile, count: int) -> None:
    files = write_sources(count)
    strange = [os.fsdecode(b"src/caf\xc3\xa9 \xff.py"), "src/a\nb.py", "src/.hidden.py", "src/dot.in.name.py"]
    for name in strange:
        Path(name).write_text("x = 1\n")
    byte_compile([*files, *strange])
    for name in strange:
        assert code_in(pyc(name)).co_filename == name


def test_a_tree_of_its_own_for_byte_code_is_used(byte_compile, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    files = write_sources(MANY)
    byte_compile(files)
    assert not os.path.exists("src/__pycache__")
    assert all(pyc(file).is_relative_to(tmp_path / "cache") and pyc(file).exists() for file in files)


def test_a_level_below_zero_is_this_interpreters_own(byte_compile) -> None:
    files = write_sources(FEW)
    byte_compile(files, optimize=-1)
    assert pyc(files[0], sys.flags.optimize).exists()


@pytest.mark.parametrize("options", [["-O"], ["-OO"]])
def test_byte_code_without_a_level_keeps_its_assertions_whatever_runs_us(project, run_setup, options) -> None:
    script = (
        "import glob\nfrom distutils.util import byte_compile\n"
        "files = sorted(glob.glob('src/*.py'))\nbyte_compile(files[:2])\nbyte_compile(files)\n"
    )
    sources = {f"src/m{number:02}.py": "assert 0, 'kept'\n" for number in range(MANY)}
    folder = project({"setup.py": script, **sources})
    run_setup(folder, script=[*options, "setup.py"])
    made = list((folder / "src/__pycache__").iterdir())
    assert len(made) == MANY
    assert all(b"kept" in path.read_bytes() for path in made)


def test_the_worker_compiles_with_nothing_but_the_interpreter(tmp_path) -> None:
    import oxidist._compile_worker as worker

    source = tmp_path / "m.py"
    source.write_text("x = 1\n")
    path, shown = os.fsencode(source), b"shown.py"
    request = len(path).to_bytes(4, "little") + len(shown).to_bytes(4, "little") + path + shown
    missing = b"/nowhere.py"
    second = len(missing).to_bytes(4, "little") + len(shown).to_bytes(4, "little") + missing + shown
    script = Path(worker.__file__).read_text()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, "0", "time"],
        input=request + second,
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(importlib.util.MAGIC_NUMBER + b"c")
    assert done.stdout.endswith(b"No such file or directory")
    assert done.stderr == b""
