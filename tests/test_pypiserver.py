"""A real index, `pypiserver` from PyPI on loopback: what is uploaded there, pip installs."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import clean_environment
from index_servers import PASSWORD, USER, assert_no_secret, home_with, pypirc, unused_port

pytestmark = pytest.mark.slow

REQUIREMENTS = ["pypiserver==2.3.2", "passlib==1.7.4", "setuptools==80.9.0"]

SETUP = """
from distutils.core import setup
setup(name="harbour-p", version="1.0", description="A p", url="u", author="a", author_email="e",
      py_modules=["harbour_p"])
"""

# Passwords for pypiserver are looked up in a file of Apache's.
HTPASSWD = """
import sys
from passlib.apache import HtpasswdFile
file = HtpasswdFile(sys.argv[1], new=True, default_scheme="apr_md5_crypt")
file.set_password(sys.argv[2], sys.argv[3])
file.save()
"""


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the server in it; its Python."""
    folder = tmp_path_factory.mktemp("pypiserver")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *REQUIREMENTS], check=True, capture_output=True)
    return python


class RealIndex:
    def __init__(self, url: str, packages: Path, python: Path) -> None:
        self.url, self.packages, self.python = url, packages, python

    def files(self) -> list[str]:
        return sorted(path.name for path in self.packages.iterdir())


@pytest.fixture
def real_index(tools: Path, tmp_path: Path) -> Iterator[RealIndex]:
    passwords, packages, log = tmp_path / "htpasswd", tmp_path / "packages", tmp_path / "server.log"
    subprocess.run([tools, "-c", HTPASSWD, passwords, USER, PASSWORD], check=True)
    packages.mkdir()
    port = unused_port()
    command = [tools, "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port)]
    command += ["-P", passwords, "-a", "update", "--disable-fallback", packages]
    url = f"http://127.0.0.1:{port}/"
    with log.open("wb") as stream, subprocess.Popen(command, stdout=stream, stderr=stream) as process:
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield RealIndex(url, packages, tools)
        finally:
            process.terminate()


def test_what_is_uploaded_there_pip_installs(project, run_setup, real_index: RealIndex, tmp_path) -> None:
    folder = project({"setup.py": SETUP, "harbour_p.py": "x = 'ahoy'\n"})
    env = home_with(tmp_path / "home", pypirc(real_index.url))
    arguments = ("sdist", "bdist_dumb", "register", "-r", "here", "upload", "-r", "here")
    done = run_setup(folder, *arguments, env=env)
    assert done.stdout.count("Server response (200): OK") == 3
    sent = sorted(path.name for path in (folder / "dist").iterdir())
    assert real_index.files() == sent
    assert len(sent) == 2
    assert_no_secret(done.stdout, done.stderr)
    target = tmp_path / "target"
    command = [real_index.python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-cache-dir"]
    command += ["--index-url", f"{real_index.url}simple/", "--target", target, "harbour-p==1.0"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env=clean_environment(tmp_path))
    assert (target / "harbour_p.py").read_text() == "x = 'ahoy'\n"


def test_what_arrives_is_the_file(project, run_setup, real_index: RealIndex, tmp_path) -> None:
    folder = project({"setup.py": SETUP, "harbour_p.py": ""})
    env = home_with(tmp_path / "home", pypirc(real_index.url))
    done = run_setup(folder, "sdist", "--formats=gztar,zip", "upload", "-r", "here", env=env)
    assert done.stdout.count("Server response (200): OK") == 2
    assert real_index.files() == ["harbour-p-1.0.tar.gz", "harbour-p-1.0.zip"]
    for name in real_index.files():
        assert (real_index.packages / name).read_bytes() == (folder / "dist" / name).read_bytes()


def test_a_second_upload_is_refused_and_leaves_one_copy(project, run_setup, real_index, tmp_path) -> None:
    folder = project({"setup.py": SETUP, "harbour_p.py": ""})
    env = home_with(tmp_path / "home", pypirc(real_index.url))
    run_setup(folder, "sdist", "upload", "-r", "here", env=env)
    before = (real_index.packages / "harbour-p-1.0.tar.gz").read_bytes()
    done = run_setup(folder, "sdist", "upload", "-r", "here", env=env, status=1)
    assert "error: Upload failed (409): Conflict" in done.stderr
    assert "has a file of this name already" in done.stderr
    assert real_index.files() == ["harbour-p-1.0.tar.gz"]
    assert (real_index.packages / "harbour-p-1.0.tar.gz").read_bytes() == before


def test_a_wrong_password_is_refused(project, run_setup, real_index: RealIndex, tmp_path) -> None:
    folder = project({"setup.py": SETUP, "harbour_p.py": ""})
    env = home_with(tmp_path / "home", pypirc(real_index.url, password="wr0ng-word"))
    done = run_setup(folder, "-v", "sdist", "upload", "-r", "here", env=env, status=1)
    assert done.stderr.splitlines()[-1].startswith("error: Upload failed (40")
    assert "wr0ng-word" not in done.stdout + done.stderr
    assert real_index.files() == []
