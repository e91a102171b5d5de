"""`distutils.config`: logins in `~/.pypirc`, read, chosen among and written."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Oracle, clean_environment
from index_servers import PASSWORD
from twins import LIBRARY

# Prints the login for each repository given as an argument; errors by their class.
READ = """
import json, sys
from distutils.core import Distribution, PyPIRCCommand

class command(PyPIRCCommand):
    pass

answers = []
for repository in sys.argv[1:]:
    cmd = command(Distribution())
    cmd.repository = json.loads(repository)
    try:
        answers.append(cmd._read_pypirc())
    except Exception as error:
        answers.append([type(error).__name__, str(error)])
print(json.dumps(answers))
"""

TWO = """
[distutils]
index-servers =
    pypi
    other

[pypi]
username: me
password: se%cret
repository: http://pypi.python.org/pypi

[other]
username= you
password = with # sign ; and more
realm: acme
repository: http://other.example/
"""

REPOSITORIES = [
    None,
    "pypi",
    "other",
    "https://upload.pypi.org/legacy/",
    "http://other.example/",
    "nowhere",
    "",
]

FILES = {
    "two servers": TWO,
    "no such file": None,
    "an empty file": "",
    "no servers listed, but pypi": "[distutils]\nindex-servers =\n[pypi]\nusername: me\npassword: x\n",
    "no servers at all": "[distutils]\nindex-servers =\n",
    "old style": "[server-login]\nusername: me\npassword: x\n",
    "old style with a repository": "[server-login]\nusername: me\npassword: x\nrepository: http://a.example\n",
    "no password": "[distutils]\nindex-servers = pypi other\n    pypi\n[pypi other]\nusername: a\n"
    "[pypi]\nusername: me\n",
    "another program's": "[twine]\nsome: thing\n",
    "indented": "[distutils]\nindex-servers =\n  pypi\n[pypi]\n  username: me\n  password: two\n    lines\n",
}


@pytest.fixture
def read(clean_home: Path, tmp_path: Path):
    """`read(text, repositories)`: our answers, by `READ`."""

    def ask(text: str | bytes | None, repositories, mode: int = 0o600, **more: str):
        home = home_with_file(tmp_path, text, mode)
        environment = {**clean_environment(clean_home, OXIDIST_DISTUTILS="1"), "HOME": str(home), **more}
        command = [sys.executable, "-c", READ, *map(json.dumps, repositories)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def home_with_file(folder: Path, text: str | bytes | None, mode: int = 0o600) -> Path:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    if text is not None:
        path = home / ".pypirc"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
    return home


@pytest.mark.parametrize("name", FILES)
def test_a_login_is_found_as_by_cpythons_distutils(name: str, read, oracle: Oracle, tmp_path: Path) -> None:
    ours = read(FILES[name], REPOSITORIES)
    arguments = map(json.dumps, REPOSITORIES)
    home = str(tmp_path / "home")
    done = oracle.run("-c", READ, *arguments, cwd=tmp_path, env={"HOME": home})
    assert ours == json.loads(done.stdout)
    # In the same order, too.
    assert [list(each) for each in ours] == [list(each) for each in json.loads(done.stdout)]


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"password: {PASSWORD}\n", "line 1 stands before any [section]"),
        ("\ufeff[distutils]\n", "line 1: starts with a byte order mark; save it as UTF-8 without one"),
        (
            f"[distutils]\nindex-servers = a\n[a]\nusername: me\n{PASSWORD}\n",
            "line 5 is neither '[section]' nor 'name = value'",
        ),
        ("[a]\n[a]\n", "line 2: section [a] is there twice"),
        (f"[a]\npassword: {PASSWORD}\npassword: x\n", "line 3: 'password' is there twice in [a]"),
        (f"[distutils]\n[a]\npassword: {PASSWORD}\n", "section [distutils] has no 'index-servers'"),
        (
            f"[distutils]\nindex-servers = b\n[a]\npassword: {PASSWORD}\n",
            "there is no section [b], which 'index-servers' names",
        ),
        (f"[distutils]\nindex-servers = a\n[a]\npassword: {PASSWORD}\n", "section [a] has no 'username'"),
        (f"[server-login]\npassword: {PASSWORD}\n", "section [server-login] has no 'username'"),
        (b"[a]\npassword: \xff" + PASSWORD.encode(), "it is not in utf-8"),
    ],
)
def test_a_bad_file_is_told_in_one_line_without_what_is_in_it(text, expected: str, read, tmp_path) -> None:
    (answer,) = read(text, [None])
    assert answer == ["DistutilsOptionError", f"{tmp_path}/home/.pypirc: {expected}"]


def test_a_file_that_cannot_be_read_is_an_error(read, tmp_path: Path) -> None:
    (tmp_path / "home" / ".pypirc").mkdir(parents=True)
    (answer,) = read(None, [None])
    assert answer == [
        "DistutilsFileError",
        f"could not read '{tmp_path}/home/.pypirc': permission denied, or not a file",
    ]


def store(tmp_path: Path, text: str | None = None, mode: int = 0o644):
    """A `.pypirc` after a login was stored; `text` was there before."""
    from distutils.core import Distribution, PyPIRCCommand

    class command(PyPIRCCommand):
        pass

    path = home_with_file(tmp_path, text, mode) / ".pypirc"
    command(Distribution())._store_pypirc("me", PASSWORD)
    return path


LOGIN = f"[distutils]\nindex-servers =\n    pypi\n\n[pypi]\nusername:me\npassword:{PASSWORD}\n"


def test_a_stored_login_can_be_read_by_its_owner_alone(distutils, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        path = store(tmp_path)
    finally:
        os.umask(umask)
    assert path.read_text() == LOGIN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_other_programs_have_in_the_file_stays(distutils, tmp_path: Path) -> None:
    path = store(tmp_path, "[tool]\nkey: value")
    assert path.read_text() == f"[tool]\nkey: value\n{LOGIN}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_with_logins_is_not_written_over(distutils, tmp_path: Path) -> None:
    from distutils.errors import DistutilsFileError

    before = "[distutils]\nindex-servers = a\n"
    with pytest.raises(DistutilsFileError, match="is left as it is: add the login by hand") as raised:
        store(tmp_path, before)
    assert PASSWORD not in str(raised.value)
    assert (tmp_path / "home/.pypirc").read_text() == before


def test_a_file_that_is_a_link_stays_one(distutils, tmp_path: Path) -> None:
    home = home_with_file(tmp_path, None)
    (tmp_path / "real").write_text("")
    (home / ".pypirc").symlink_to(tmp_path / "real")
    path = store(tmp_path)
    assert path.is_symlink()
    assert (tmp_path / "real").read_text() == LOGIN


def test_a_replaced_form_of_the_file_is_used(distutils, tmp_path: Path, monkeypatch) -> None:
    import distutils.config

    monkeypatch.setattr(distutils.config, "DEFAULT_PYPIRC", "%s!%s")
    assert store(tmp_path).read_text() == f"me!{PASSWORD}"


def test_a_replaced_parser_is_used(distutils, tmp_path: Path, monkeypatch) -> None:
    import configparser
    import distutils.config
    from distutils.core import Distribution, PyPIRCCommand

    class Parser(configparser.RawConfigParser):
        def read(self, file):
            self.read_string("[server-login]\nusername: x\npassword: y\n")
            return [file]

    class command(PyPIRCCommand):
        pass

    monkeypatch.setattr(distutils.config, "RawConfigParser", Parser)
    home_with_file(tmp_path, "")
    assert command(Distribution())._read_pypirc()["username"] == "x"


def test_configparser_is_not_loaded_for_those_who_do_not_upload(tmp_path: Path, clean_home: Path) -> None:
    script = "import sys, distutils.core, distutils.config; print(*sys.modules)"
    environment = clean_environment(clean_home, PYTHONPATH=str(LIBRARY))
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "distutils.config" in done.stdout
    assert not {"configparser", "urllib.request", "ssl"} & set(done.stdout.split())


@pytest.mark.parametrize("charset, body", [("utf-8", "\u00e9"), ("latin-1", "\u00e9"), ("ascii", "plain")])
def test_a_response_is_read_in_the_encoding_that_it_names(distutils, charset: str, body: str) -> None:
    assert respond(f'text/plain; charset="{charset}"', body.encode(charset)) == body


@pytest.mark.parametrize(
    "content_type, body, expected",
    [
        (None, b"plain", "plain"),
        ("text/plain", b"a\xff", "a\ufffd"),
        ("text/plain; charset=nosuch", "\u00e9".encode(), "\u00e9"),
    ],
)
def test_a_response_in_no_encoding_is_read_all_the_same(distutils, content_type, body, expected) -> None:
    assert respond(content_type, body) == expected


def respond(content_type: str | None, body: bytes) -> str:
    from distutils.core import Distribution, PyPIRCCommand

    class Response:
        def getheader(self, name, default=None):
            assert name == "content-type"
            return content_type or default

        def read(self):
            return body

    class command(PyPIRCCommand):
        pass

    text: str = command(Distribution())._read_pypi_response(Response())
    return text


def test_a_file_that_others_can_read_is_warned_of_once(project, run_setup, tmp_path: Path) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='p', version='1')\n"})
    rc = tmp_path / ".pypirc"
    rc.write_text(
        "[distutils]\nindex-servers =\n    here\n"
        "[here]\nrepository: http://127.0.0.1:1/\nusername: u\npassword: zq7w\n"
    )
    for mode, expected in [(0o644, 1), (0o640, 1), (0o602, 1), (0o600, 0), (0o400, 0)]:
        rc.chmod(mode)
        done = run_setup(folder, "register", "-r", "here", "register", env={"HOME": str(tmp_path)}, status=1)
        warning = f"warning: other users can read the logins in '{rc}': run 'chmod 600 {rc}'\n"
        assert done.stderr.count(warning) == expected, (oct(mode), done.stderr)
        assert "zq7w" not in done.stdout + done.stderr
