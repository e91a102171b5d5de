"""Launchers in front of compiles: a real ccache, two real distccd on loopback, and what all of them get."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Completed
from job_log import JobLog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these launchers are for Unix")

PARTS = [f"part{number}.c" for number in range(3)]

SETUP = f"""
    from distutils.core import Extension, setup
    setup(name="spam", version="1", ext_modules=[
        Extension("spam", ["spam.c", "more.cpp", *{PARTS}], include_dirs=["include"]),
    ])
"""

SPAM = """
    #include <Python.h>
    #include "answer.h"
    #define TWICE(number) ((number) + (number))
    static PyObject *answer(PyObject *self, PyObject *none) {
        (void) self; (void) none; return PyLong_FromLong(TWICE(ANSWER) / 2);
    }
    static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
    static struct PyModuleDef spam = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, methods, 0, 0, 0, 0};
    PyMODINIT_FUNC PyInit_spam(void) { return PyModule_Create(&spam); }
"""

FILES = {
    "setup.py": SETUP,
    "spam.c": SPAM,
    "more.cpp": "template <class T> T twice(T t) { return t + t; }\nint more() { return twice(21); }\n",
    "include/answer.h": "#define ANSWER 42\n",
    **{part: f"#include <stdio.h>\nint {part[:-2]}(void) {{ return puts(__FILE__); }}\n" for part in PARTS},
}

# distcc sends preprocessed text, which does not tell the columns of what stands behind a macro. All else
# that there is of debug information is the same.
WITHOUT_COLUMNS = {"CFLAGS": "-gno-column-info"}

COMPILES = len(PARTS) + 2


@pytest.fixture
def build(project, run_setup) -> Callable[..., Completed]:
    """`build("--launcher=x", name="other", env={...})` builds in folder `name`, made when it is not there."""

    def run(
        *args: str, name: str = "spam", env: Mapping[str, str] | None = None, status: int = 0
    ) -> Completed:
        folder = project.folder(name) if (project.folder(name)).exists() else project(FILES, name)
        return run_setup(folder, "build_ext", *args, env=env, status=status)

    return run


@pytest.fixture
def project(project, tmp_path: Path):
    project.folder = lambda name: tmp_path / name
    return project


def needs(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"there is no {program} (.ci/run installs it wherever apt-get can)")


@pytest.fixture
def ccache(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty cache."""
    needs("ccache")
    return {"CCACHE_DIR": str(tmp_path / "cache")}


@dataclass
class Servers:
    """Two `distccd` of this machine."""

    logs: list[Path]
    ports: list[int]

    def environment(self) -> dict[str, str]:
        """All that is compiled is compiled there, or the build fails."""
        hosts = " ".join(f"127.0.0.1:{port}/2" for port in self.ports)
        return {"DISTCC_HOSTS": hosts, "DISTCC_FALLBACK": "0"}

    def compiled(self) -> list[int]:
        """How much each of them has compiled."""
        return [log.read_text(errors="replace").count("COMPILE_OK") for log in self.logs]


@pytest.fixture(scope="module")
def running_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    needs("distccd")
    folder = tmp_path_factory.mktemp("distccd")
    servers = Servers([folder / "one.log", folder / "two.log"], [])
    daemons = []
    for log in servers.logs:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = f"distccd --daemon --no-detach --listen 127.0.0.1 --port {port} --allow 127.0.0.1 --jobs 2"
        words += " --log-stderr --log-level info --enable-tcp-insecure"
        # The servers run as somebody else where this is root, and need a place that anybody may write to.
        environment = {**os.environ, "TMPDIR": "/tmp"}
        with log.open("a") as file:
            daemons.append(subprocess.Popen(shlex.split(words), cwd="/", env=environment, stderr=file))
        servers.ports.append(port)
    try:
        for port, log in zip(servers.ports, servers.logs, strict=True):
            wait_for(port, log)
        yield servers
    finally:
        for daemon in daemons:
            daemon.terminate()
        for daemon in daemons:
            daemon.wait()


def wait_for(port: int, log: Path) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"distccd does not come up: {log.read_text(errors='replace')}")


@pytest.fixture
def servers(running_servers: Servers) -> Servers:
    for log in running_servers.logs:
        os.truncate(log, 0)
    return running_servers


@pytest.fixture
def wrapper(tmp_path: Path) -> Callable[..., Path]:
    """`wrapper("name")` makes a launcher that writes down what it is to run, and runs it."""

    def make(name: str = "launcher", first: str = "") -> Path:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        log = shlex.quote(str(program) + ".log")
        program.write_text(f'#!/bin/sh\n{first}\necho "$*" >> {log}\nexec "$@"\n')
        program.chmod(0o755)
        return program

    return make


def logged(program: Path) -> list[str]:
    """What a `wrapper` has run since this was asked the last time."""
    log = Path(f"{program}.log")
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def made(folder: Path) -> dict[str, bytes]:
    """Objects and modules of a build."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "build").rglob("*"))
        if path.suffix in (".o", ".so")
    }
    assert len(files) == COMPILES + 1
    return files


def without_debug_information(folder: Path) -> dict[str, bytes]:
    # The number of a build is made of all that is linked, debug information too.
    strip = ["objcopy", "--strip-debug", "--remove-section=.note.gnu.build-id"]
    for name in made(folder):
        subprocess.run([*strip, name], cwd=folder, check=True)
    return made(folder)


@pytest.fixture
def local(build, project) -> Callable[..., dict[str, bytes]]:
    """What a build without launcher makes, in the folder of the others: its name is in debug information."""

    def run(env: Mapping[str, str] | None = None, strip: bool = False) -> dict[str, bytes]:
        build(env=env)
        folder = project.folder("spam")
        files = without_debug_information(folder) if strip else made(folder)
        shutil.rmtree(folder)
        return files

    return run


def test_what_ccache_compiles_or_remembers_is_what_the_compiler_makes(build, local, project, ccache) -> None:
    expected = local()
    build("--launcher=ccache", env=ccache)
    assert made(project.folder("spam")) == expected
    shutil.rmtree(project.folder("spam") / "build")
    build("--launcher=ccache", env=ccache)
    assert made(project.folder("spam")) == expected
    counts = ccache_counts(ccache)
    assert (counts["cache_miss"], counts["direct_cache_hit"]) == (COMPILES, COMPILES)
    # A link would be one of these.
    assert counts["called_for_link"] == 0


def ccache_counts(environment: Mapping[str, str]) -> dict[str, int]:
    done = subprocess.run(
        ["ccache", "--print-stats"],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return {name: int(count) for name, count in map(str.split, done.stdout.splitlines())}


def test_what_two_servers_compile_is_what_this_machine_makes(
    build, local, project, servers, clean_home
) -> None:
    expected = local(env=WITHOUT_COLUMNS)
    build("--launcher=distcc", env={**servers.environment(), **WITHOUT_COLUMNS})
    assert made(project.folder("spam")) == expected
    counts = servers.compiled()
    assert sum(counts) == COMPILES
    assert min(counts) > 0, f"one server has done it all: {counts}"


@pytest.mark.slow
def test_with_the_flags_of_python_itself_distcc_changes_no_code(
    build, local, project, servers, clean_home
) -> None:
    expected = local(strip=True)
    build("--launcher=distcc", env=servers.environment())
    assert without_debug_information(project.folder("spam")) == expected
    assert sum(servers.compiled()) == COMPILES


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["ccache", "distcc"])
def test_headers_are_known_with_a_launcher_too(build, project, launcher, ccache, servers) -> None:
    env = {**ccache, **servers.environment()}
    build(f"--launcher={launcher}", env=env)
    assert compiles(build(f"--launcher={launcher}", env=env)) == []
    folder = project.folder("spam")
    (folder / "include/answer.h").write_text("#define ANSWER 43\n")
    assert compiles(build(f"--launcher={launcher}", env=env)) == ["spam.c"]
    module = next((folder / "build").glob("lib*"))
    question = "import spam; print(spam.answer())"
    done = subprocess.run([sys.executable, "-c", question], cwd=module, capture_output=True, text=True)
    assert done.stdout == "43\n"


def compiles(done: Completed) -> list[str]:
    """The sources of the compiles that a build has printed."""
    lines = (line.split() for line in done.stdout.splitlines())
    return [words[words.index("-c") + 1] for words in lines if "-c" in words]


def test_each_compile_goes_through_the_launcher_and_no_link_does(build, wrapper) -> None:
    program = wrapper()
    done = build(f"--launcher={program}")
    lines = logged(program)
    assert len(lines) == COMPILES
    assert all(" -c " in line for line in lines)
    # What is printed is what was run.
    printed = [line for line in done.stdout.splitlines() if line.startswith(str(program))]
    assert sorted(printed) == sorted(f"{program} {line}" for line in lines)
    assert any("-shared" in line for line in done.stdout.splitlines())


def test_a_compile_that_a_script_has_its_hands_in_goes_through_the_launcher(
    project, run_setup, wrapper
) -> None:
    program = wrapper()
    seen = """
        from distutils.command.build_ext import build_ext
        class with_flags(build_ext):
            def build_extensions(self):
                own_compile, own_spawn = self.compiler._compile, self.compiler.spawn
                def _compile(obj, src, ext, cc_args, extra_postargs, pp_opts):
                    own_compile(obj, src, ext, cc_args, [*extra_postargs, "-DMORE"], pp_opts)
                def spawn(cmd):
                    print("seen", *cmd)
                    own_spawn(cmd)
                self.compiler._compile, self.compiler.spawn = _compile, spawn
                super().build_extensions()
    """
    script = textwrap.dedent(seen) + textwrap.dedent(SETUP).replace(
        '"1",', '"1", cmdclass={"build_ext": with_flags},'
    )
    folder = project({**FILES, "setup.py": script})
    done = run_setup(folder, "build_ext", f"--launcher={program}")
    lines = logged(program)
    assert len(lines) == COMPILES
    assert all(line.endswith(" -DMORE") for line in lines)
    # The script's own `spawn` is given what CPython's would be.
    commands = [line.removeprefix("seen ") for line in done.stdout.splitlines() if line.startswith("seen ")]
    assert sorted(commands[:-1]) == sorted(lines)


def test_a_launcher_may_be_named_in_the_environment_or_in_a_configuration_file(
    build, project, wrapper
) -> None:
    program, other = wrapper(), wrapper("other")
    build("--force", env={"OXIDIST_LAUNCHER": str(program)})
    assert len(logged(program)) == COMPILES
    (project.folder("spam") / "setup.cfg").write_text(f"[build_ext]\nlauncher = {other}\n")
    # What is written down for the project goes before what the machine has.
    build("--force", env={"OXIDIST_LAUNCHER": str(program)})
    assert (len(logged(program)), len(logged(other))) == (0, COMPILES)
    build("--force", "--launcher=")
    assert (logged(program), logged(other)) == ([], [])


def test_a_compiler_that_is_launched_already_is_not_launched_twice(build, ccache) -> None:
    done = build("--launcher=ccache", env={**ccache, "CC": "ccache gcc", "LDSHARED": "gcc -shared"})
    assert "ccache ccache" not in done.stdout
    assert ccache_counts(ccache)["cache_miss"] == COMPILES


def test_another_launcher_is_no_reason_to_compile_again(build, wrapper, ccache) -> None:
    build(env=ccache)
    for launcher in (wrapper(), "ccache", ""):
        assert compiles(build(f"--launcher={launcher}", env=ccache)) == []


@pytest.mark.parametrize(
    ("launcher", "reason"),
    [
        ("/no/such/program", "'/no/such/program' is not a program that can be run"),
        ("ccahce", "'ccahce' is not on the PATH: choose one of ccache, sccache, distcc, icecc"),
    ],
)
def test_a_launcher_that_is_not_there_ends_the_build_with_one_line(build, launcher, reason) -> None:
    for done in (
        build(f"--launcher={launcher}", name="option", status=1),
        build(name="variable", env={"OXIDIST_LAUNCHER": launcher}, status=1),
    ):
        (line,) = done.stderr.splitlines()
        assert reason in line
        assert "-c" not in done.stdout.split()


def test_a_known_launcher_that_is_missing_is_to_be_installed(build, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for name in ("gcc", "g++", "as", "ld"):
        (empty / name).symlink_to(str(shutil.which(name)))
    done = build("--launcher=icecc", env={"PATH": str(empty)}, status=1)
    (line,) = done.stderr.splitlines()
    assert line.endswith("launcher: 'icecc' is not on the PATH: install it, or leave launcher out")


def test_with_distcc_as_many_jobs_run_as_its_hosts_take(build, tmp_path) -> None:
    log = JobLog(tmp_path / "log")
    program = tmp_path / "bin" / "distcc"
    program.parent.mkdir()
    answer = 'if [ "$1" = -j ]; then echo 4; exit; fi'
    lines = ["#!/bin/sh", answer, log.begin, "sleep 0.2", '"$@"', "status=$?", log.end, "exit $status"]
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    for arguments, most in ([], 4), (["-j2"], 2):
        build(f"--launcher={program}", "--force", *arguments)
        assert (log.jobs, log.most) == (COMPILES, most)
        log.path.unlink()
    build(f"--launcher={program}", "--force", env={"OXIDIST_JOBS": "3"})
    assert log.most == 3


def test_libraries_are_compiled_through_the_launcher_as_well(project, run_setup, wrapper) -> None:
    program = wrapper()
    script = """
        from distutils.core import setup
        setup(name="lib", version="1", libraries=[("one", {"sources": ["one.c", "two.c"]})])
    """
    folder = project({"setup.py": script, "one.c": "int one;\n", "two.c": "int two;\n"})
    run_setup(folder, "build_clib", env={"OXIDIST_LAUNCHER": str(program)})
    assert len(logged(program)) == 2
