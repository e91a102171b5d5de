"""Where the system allows few threads and processes, fewer of them do the work, and it comes out the same."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from c_projects import module

# Refuses threads after the first ALLOWED_THREADS, and the first REFUSED_PROCESSES processes, as `ulimit -u`
# does. That limit itself does not hold for root, who runs the tests in many containers.
REFUSING = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

static int limit(const char *name, int otherwise) {
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *with, void *(*run)(void *), void *argument) {
    static int count;
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real) real = dlsym(RTLD_NEXT, "pthread_create");
    if (__sync_fetch_and_add(&count, 1) >= limit("ALLOWED_THREADS", 1 << 30)) return EAGAIN;
    return real(thread, with, run, argument);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    static int count;
    static int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                       char *const[], char *const[]);
    if (!real) real = dlsym(RTLD_NEXT, "posix_spawnp");
    if (__sync_fetch_and_add(&count, 1) < limit("REFUSED_PROCESSES", 0)) return EAGAIN;
    return real(pid, file, actions, attributes, argv, envp);
}

pid_t fork(void) {
    static pid_t (*real)(void);
    if (!real) real = dlsym(RTLD_NEXT, "fork");
    if (limit("REFUSED_PROCESSES", 0) >= 1000) { errno = EAGAIN; return -1; }
    return real();
}
"""

MODULES = 300
EXTENSIONS = [f"e{number}" for number in range(4)]

SETUP = f"""
from distutils.core import setup, Extension
setup(
    name="p", version="1.0", packages=["p"], package_data={{"p": ["*.dat"]}},
    ext_modules=[Extension(name, [name + ".c"]) for name in {EXTENSIONS}],
)
"""


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refusing")
    (folder / "refusing.c").write_text(REFUSING)
    command = ["gcc", "-shared", "-fPIC", "-o", "refusing.so", "refusing.c", "-ldl"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "refusing.so"


@pytest.fixture
def folder(project) -> Path:
    files = {f"p/m{number}.py": f"X = {number}\n" * 40 for number in range(MODULES)}
    sources = {f"{name}.c": module(name, 1) for name in EXTENSIONS}
    return project({"setup.py": SETUP, "p/__init__.py": "", "MANIFEST.in": "graft p\n", **files, **sources})


PURE = (
    "sdist",
    "--formats=gztar,xztar,zip,bztar",
    "build_py",
    "install_lib",
    "--install-dir=out",
)


def made(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in ("dist/*", "out/p/**/*.pyc")
        for path in folder.glob(pattern)
        # The one block that xz makes without threads is another form of the same.
        if path.suffix != ".xz"
    }


def test_a_build_needs_no_second_thread(folder: Path, run_setup, refusing: Path) -> None:
    environment = {"LD_PRELOAD": str(refusing), "SOURCE_DATE_EPOCH": "1700000000"}
    expected = None
    for threads in ("1000", "3", "0"):
        for name in ("dist", "out", "build"):
            subprocess.run(["rm", "-rf", name], cwd=folder, check=True)
        limits = {**environment, "ALLOWED_THREADS": threads}
        done = run_setup(folder, "build_ext", "-j8", *PURE, env=limits)
        assert "panicked" not in done.stderr and "Traceback" not in done.stderr
        assert len(list(folder.glob("out/*.so"))) == len(EXTENSIONS)
        found = made(folder)
        assert expected is None or found == expected
        expected = found
    assert len([name for name in expected if name.endswith(".pyc")]) == MODULES + 1


def test_a_process_that_is_refused_for_a_moment_is_started_later(
    folder: Path, run_setup, refusing: Path
) -> None:
    environment = {"LD_PRELOAD": str(refusing), "REFUSED_PROCESSES": "6"}
    run_setup(folder, "build_ext", "-j4", "install_lib", "--install-dir=out", env=environment)
    assert len(list(folder.glob("out/*.so"))) == len(EXTENSIONS)


def test_where_no_process_is_allowed_one_line_says_so(folder: Path, run_setup, refusing: Path) -> None:
    environment = {"LD_PRELOAD": str(refusing), "REFUSED_PROCESSES": "1000000"}
    done = run_setup(folder, "build_ext", "-j4", env=environment, status=1)
    assert done.stderr.splitlines()[-1].startswith("error: command '"), done.stderr
    assert "may have no more processes (ulimit -u, pids.max). Use fewer jobs" in done.stderr
    # Byte code is made in this process then.
    run_setup(folder, "build_py", "--compile", env=environment)
    assert len(list(folder.glob("build/lib*/p/__pycache__/*.pyc"))) == MODULES + 1


def test_a_compiler_that_cannot_start_its_parts_is_tried_again_alone(folder: Path, run_setup) -> None:
    compiler = folder / "cc"
    compiler.write_text(
        """#!/bin/sh
if mkdir "$0.busy" 2>/dev/null; then
    sleep 0.1
    rmdir "$0.busy"
    exec gcc "$@"
fi
echo "gcc: fatal error: cannot execute 'cc1': vfork: Resource temporarily unavailable" >&2
exit 1
"""
    )
    compiler.chmod(0o755)
    run_setup(folder, "build_ext", "-j4", env={"CC": str(compiler), "LDSHARED": "gcc -shared"})
    assert len(list(folder.glob("build/lib*/*.so"))) == len(EXTENSIONS)
