"""The command `register`: its menu, what it sends, and what it says of servers that do not play along."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Completed, Oracle, clean_environment
from index_servers import (
    ENCODED,
    PASSWORD,
    USER,
    answer,
    assert_no_secret,
    certificate,
    close_after_reading,
    demand_login,
    home_with,
    index,
    pypirc,
    raw,
    say_nothing,
    unused_port,
)

SETUP = """
from distutils.core import setup

setup(name="p", version="1.0", description="A p\\r", url="https://example.org/p",
      author="Ada", author_email="a@b",
      long_description="Lines\\nand \\u00e9\\u00df", keywords=["k1", "k2"], license="MIT", platforms=["any"],
      classifiers=["Topic :: A", "Topic :: B"])
"""

# Puts answers in the place of a person, and the server in the place of PyPI.
DRIVER = """
import builtins, getpass, json, sys
import distutils.command.register as module
from distutils.core import PyPIRCCommand

url, answers, passwords = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
asked = []

def input(prompt=""):
    asked.append(prompt)
    return answers.pop(0)

def ask(prompt):
    asked.append(prompt)
    return passwords.pop(0)

module.input = input
getpass.getpass = ask

class register(module.register):
    DEFAULT_REPOSITORY = url

sys.argv = ["setup.py", "-v", "register", *sys.argv[4:]]
source = open("setup.py").read().replace("setup(name", "setup(cmdclass={'register': register}, name")
try:
    exec(source)
finally:
    with open("asked.json", "w") as stream:
        json.dump([asked, answers, passwords], stream)
"""

PROJECT = {"setup.py": SETUP, "driver.py": DRIVER}


@pytest.fixture
def register(project, run_setup, tmp_path) -> Callable[..., Completed]:
    """`register(url)` registers there with the login of a `.pypirc`, of which nothing may be seen."""
    folder = project(PROJECT)

    def run(url: str, *options: str, status: int = 0, **more: str) -> Completed:
        environment = {**home_with(tmp_path / "home", pypirc(url)), "OXIDIST_TIMEOUT": "2", **more}
        done = run_setup(folder, "-v", "register", "-r", "here", *options, env=environment, status=status)
        assert_no_secret(done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        # What the system refuses is told with the command that asked for it.
        done.stderr = done.stderr.replace("error: command 'register': ", "error: ")
        return done

    return run


def test_the_login_is_given_to_a_server_that_asks_for_it(register) -> None:
    with index(demand_login(answer())) as server:
        done = register(server.url)
    assert done.stdout.splitlines()[-2:] == [f"Registering p to {server.url}", "Server response (200): OK"]
    first, second = server.requests
    assert "authorization" not in first.headers
    assert second.headers["authorization"] == f"Basic {ENCODED}"
    assert second.body == first.body
    assert second.value(":action") == b"submit"
    assert [value for name, _, value in second.fields() if name == "classifiers"] == [
        b"Topic :: A",
        b"Topic :: B",
    ]


def test_what_is_sent_is_what_cpythons_distutils_sends(register, oracle: Oracle, project, tmp_path) -> None:
    theirs_folder = project(PROJECT, name="theirs")
    with index(demand_login(answer(body=b"fine"))) as server:
        ours = register(server.url, "--show-response")
        arguments = ("setup.py", "-v", "register", "-r", "here", "--show-response")
        theirs = oracle.run(*arguments, cwd=theirs_folder, env={"HOME": str(tmp_path / "home")})
    assert ours.stdout == theirs.stdout
    requests = server.requests
    assert len(requests) == 4
    for mine, other in zip(requests[:2], requests[2:], strict=True):
        # Lines end as HTTP's do, which servers insist on.
        assert b"\r\n--" in mine.body
        assert b"\r\n--" not in other.body
        assert mine.fields() == [(n, f, v.replace(b"\r\n", b"\r")) for n, f, v in other.fields()]
        for request in (mine, other):
            del request.headers["user-agent"], request.headers["content-length"]
        assert mine.headers == other.headers


REPLACED = """
import urllib.request

class Opener:
    def open(self, request):
        with open("request.bin", "wb") as stream:
            stream.write(request.data)
        with open("headers.txt", "w") as stream:
            print(request.full_url, request.get_method(), request.headers, file=stream)
        return self

urllib.request.build_opener = lambda *handlers: Opener()
"""


def test_a_replaced_opener_gets_cpythons_request_to_the_byte(project, run_setup, oracle, tmp_path) -> None:
    files = {"setup.py": REPLACED + SETUP}
    ours, theirs = project(files, name="ours"), project(files, name="theirs")
    home = home_with(tmp_path / "home", pypirc("http://nowhere.invalid/"))
    done = run_setup(ours, "register", "-r", "here", env=home)
    expected = oracle.run("setup.py", "register", "-r", "here", cwd=theirs, env={"HOME": home["HOME"]})
    assert done.stdout == expected.stdout
    for name in ("request.bin", "headers.txt"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


CONVERSATIONS = {
    "own login, not saved": (["1", "me", ""], [PASSWORD]),
    "own login, saved": (["", "", "me", "maybe", "y"], ["", PASSWORD]),
    "a new user": (["x", "2", "me", "me@example.org"], [PASSWORD, "other", PASSWORD, PASSWORD]),
    "a forgotten password": (["3", "", "me@example.org"], []),
    "nothing": (["4"], []),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_goes_as_with_cpythons_distutils(name, project, run_setup, oracle, tmp_path) -> None:
    answers, passwords = CONVERSATIONS[name]
    outcomes = []
    for side in ("ours", "theirs"):
        folder = project(PROJECT, name=side)
        home = tmp_path / f"home-{side}"
        home.mkdir()
        with index(answer()) as server:
            arguments = [server.url, json.dumps(answers), json.dumps(passwords)]
            if side == "ours":
                done = run_setup(folder, *arguments, script="driver.py", env={"HOME": str(home)})
                assert_no_secret(done.stdout, done.stderr)
            else:
                done = oracle.run("driver.py", *arguments, cwd=folder, env={"HOME": str(home)})
        said = done.stdout.replace(server.url, "<url>").replace(str(home), "<home>")
        written = {path.name: path.read_text() for path in home.iterdir()}
        modes = [stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()]
        bodies = [[(n, v.strip()) for n, _, v in request.fields()] for request in server.requests]
        outcomes.append((said, json.loads((folder / "asked.json").read_text()), written, modes, bodies))
    assert outcomes[0] == outcomes[1]
    assert bool(outcomes[0][2]) == ("saved" in name and "not" not in name)


def test_a_password_is_asked_for_and_left_for_upload(project, run_setup, tmp_path) -> None:
    check = "\nimport distutils.core; print(distutils.core._setup_distribution.password == 'word')\n"
    folder = project({**PROJECT, "driver.py": DRIVER.replace("exec(source)", f"exec(source + {check!r})")})
    with index(answer()) as server:
        env = home_with(tmp_path / "home", pypirc(server.url, password=None))
        arguments = [server.url, "[]", '["word"]', "-r", "here"]
        done = run_setup(folder, *arguments, script="driver.py", env=env)
    assert done.stdout.splitlines()[-1] == "True"


def test_a_dry_run_says_where_it_would_register_and_opens_no_connection(project, run_setup, tmp_path) -> None:
    folder = project(PROJECT)
    with index(answer()) as server:
        env = home_with(tmp_path / "home", pypirc(server.url))
        done = run_setup(folder, "--dry-run", "register", "-r", "here", env=env)
        assert server.requests == []
    assert done.stdout.endswith(f"Registering p to {server.url}\n")


def test_classifiers_are_listed(register) -> None:
    said = b"Topic :: A\nTopic :: B 100%s"
    with index(answer(body=said, Content_Type="text/plain")) as server:
        done = register(server.url, "--list-classifiers")
    assert done.stdout.endswith("Topic :: A\nTopic :: B 100%s\n")
    assert server.requests[0].line == "GET /legacy/?:action=list_classifiers HTTP/1.1"


def test_classifiers_that_nobody_gives_are_an_error_in_one_line(register) -> None:
    with index(answer(404, "Nothing")) as server:
        done = register(server.url, "--list-classifiers", status=1)
        name = f"localhost:{server.port}"
    expected = f"error: {name} did not give the list of classifiers: HTTP Error 404: Nothing\n"
    assert done.stderr.endswith(expected)
    with index(say_nothing) as server:
        done = register(server.url, "--list-classifiers", status=1)
    assert f"localhost:{server.port} said nothing for 2 seconds" in done.stderr


def test_strict_checks_come_before_anything_is_sent(project, run_setup, tmp_path) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='p', version='1.0')\n"})
    with index(answer()) as server:
        env = home_with(tmp_path / "home", pypirc(server.url))
        done = run_setup(folder, "register", "-r", "here", "--strict", env=env, status=1)
        assert server.requests == []
    assert "Please correct your package." in done.stderr or "The docutils package is needed." in done.stderr


def test_an_index_without_a_use_for_it_is_reported_and_the_run_goes_on(register) -> None:
    # PyPI has no use for it any more, and says so: `register sdist upload` must work all the same.
    with index(answer(410, f"Gone {PASSWORD}")) as server:
        done = register(server.url)
    assert done.stdout.endswith("Server response (410): Gone ***\n")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "reason"), [(400, "Bad Request"), (401, "Who?"), (500, "Oops")])
def test_a_refusal_ends_the_run_with_one_line(register, status: int, reason: str) -> None:
    with index(answer(status, f"{reason} {PASSWORD}")) as server:
        done = register(server.url, status=1)
    assert done.stderr == f"error: registration failed ({status}): {reason} ***\n"


def test_the_text_of_a_refusal_is_shown_on_request_without_the_login(register) -> None:
    body = f"No, {PASSWORD}".encode()
    with index(answer(403, "Forbidden", body, Content_Type="text/plain")) as server:
        done = register(server.url, "--show-response", status=1)
    line = "-" * 75
    assert done.stdout.endswith(f"{line}\nNo, ***\n{line}\nServer response (403): Forbidden\n")


PERHAPS = "the registration may have arrived all the same. Look at the index before you send it again"


def test_servers_that_fail_are_told_of_in_one_line(register) -> None:
    port = unused_port()
    done = register(f"http://127.0.0.1:{port}/", status=1)
    expected = f"127.0.0.1:{port} refuses connections (Connection refused): the registration was not sent"
    assert done.stderr.splitlines()[-1] == f"error: {expected}"
    for behaviour, happened in [
        (close_after_reading, "closed the connection"),
        (say_nothing, "said nothing for 2 seconds"),
    ]:
        with index(behaviour) as server:
            done = register(server.url, status=1)
        assert done.stderr.splitlines()[-1] == f"error: localhost:{server.port} {happened}: {PERHAPS}"
        assert len(server.requests) == 1
    with index(raw(PASSWORD.encode())) as server:
        done = register(server.url, status=1)
    assert f"what localhost:{server.port} answered is not HTTP (***" in done.stderr


def test_a_redirection_is_not_followed(register) -> None:
    with index(demand_login(answer())) as other:
        with index(answer(302, "Found", Location=other.url)) as server:
            done = register(server.url, status=1)
        assert other.requests == []
    assert done.stdout.endswith("Server response (302): Found\n")


def test_a_certificate_that_nobody_vouches_for_is_refused(register, tmp_path) -> None:
    context, file = certificate(tmp_path)
    with index(demand_login(answer()), tls=context) as server:
        done = register(server.url, status=1)
        assert "is not to be trusted" in done.stderr
        assert all(request.line == "" for request in server.requests)
        register(server.url, SSL_CERT_FILE=str(file))
    assert server.requests[-1].headers["authorization"] == f"Basic {ENCODED}"


@pytest.mark.parametrize(
    "repository, expected",
    [
        ("nowhere", "nowhere not found in .pypirc"),
        (f"http://{USER}:{PASSWORD}@host/", "http://***@host/ not found in .pypirc"),
    ],
)
def test_an_index_without_a_login_is_an_error(project, run_setup, tmp_path, repository, expected) -> None:
    folder = project(PROJECT)
    env = home_with(tmp_path / "home", "")
    done = run_setup(folder, "register", "-r", repository, env=env, status=1)
    assert done.stderr == f"error: {expected}\n"


def test_a_run_without_a_person_and_without_a_login_ends_in_one_line(project, run_setup, tmp_path) -> None:
    folder = project(PROJECT)
    done = run_setup(folder, "register", env=home_with(tmp_path / "home", ""), status=1)
    assert done.stderr == (
        "error: register has to ask for a login, and nobody is there to answer: put it into ~/.pypirc\n"
    )


HOOKS = """
import atexit, json
from distutils.command.register import register
from distutils.log import INFO
calls = []

def hook(name):
    def method(self, *args):
        shown = [type(arg).__name__ if not isinstance(arg, (str, int)) else arg for arg in args]
        calls.append([name, *shown])
        return getattr(super(watched, self), name)(*args)
    return method

names = "finalize_options _set_config _read_pypirc _get_rc_file run_command get_sub_commands send_metadata"
names += " verify_metadata classifiers build_post_data post_to_server announce _read_pypi_response"
names += " check_metadata"
watched = type("watched", (register,), {name: hook(name) for name in names.split()})
atexit.register(lambda: json.dump(calls, open("calls.json", "w")))
"""


@pytest.mark.parametrize("options", [[], ["--show-response"], ["--list-classifiers"], ["-n"]])
def test_hooks_are_called_as_by_cpythons_distutils(options, project, run_setup, oracle, tmp_path) -> None:
    setup = HOOKS + SETUP.replace("setup(name", "setup(cmdclass={'register': watched}, name")
    ours, theirs = (project({"setup.py": setup}, name=name) for name in ("ours", "theirs"))
    with index(demand_login(answer(body=b"fine", Content_Type="text/plain"))) as server:
        home = home_with(tmp_path / "home", pypirc(server.url))
        arguments = [each for each in options if each == "-n"] + ["register", "-r", "here"]
        arguments += [each for each in options if each != "-n"]
        if "--list-classifiers" in options:
            server._behaviours = (answer(body=b"A", Content_Type="text/plain"),)
        status = None
        run_setup(ours, *arguments, env=home, status=status)
        oracle.run("setup.py", *arguments, cwd=theirs, env={"HOME": home["HOME"]}, status=status)
    calls = [json.loads((folder / "calls.json").read_text()) for folder in (ours, theirs)]
    assert calls[0] == calls[1]


def test_check_metadata_is_deprecated_as_ever(tmp_path: Path, clean_home: Path) -> None:
    script = """
import warnings
from distutils.command.register import register
from distutils.core import Distribution
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    register(Distribution({"name": "p"})).check_metadata()
print([each.category.__name__ for each in caught])
"""
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout == "['PendingDeprecationWarning']\n"
