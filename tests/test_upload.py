"""The command `upload`: what it sends, how, and when it ends without a word to anybody."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Completed, Oracle, clean_environment
from index_servers import ENCODED, PASSWORD, Index, answer, assert_no_secret, home_with, index, pypirc
from memory import PRINT_PEAK, peak

# `made` stands for whatever makes a file to distribute: both sides upload the same bytes.
SETUP = """
from distutils.core import Command, setup

class made(Command):
    user_options = [("files=", None, "entries of dist_files")]
    def initialize_options(self):
        self.files = "[('sdist', '', 'dist/p-1.0.tar.gz')]"
    def finalize_options(self): pass
    def run(self):
        self.distribution.dist_files.extend(eval(self.files))

setup(name="p", version="1.0", description="A p\\r", url="https://example.org/p",
      author="Ada", author_email="a@b",
      long_description="Lines\\nand \\u00e9\\u00df", keywords=["k1", "k2"], license="MIT", platforms=["any"],
      classifiers=["Topic :: A", "Topic :: B"], provides=["p"], requires=["q (>=1.0)"],
      cmdclass={"made": made})
"""

CONTENT = bytes(range(256)) * 40 + b"\r"
PROJECT = {"setup.py": SETUP, "dist/p-1.0.tar.gz": CONTENT}


@pytest.fixture
def upload(project, run_setup, tmp_path) -> Callable[..., Completed]:
    """`upload(url)` uploads `dist/p-1.0.tar.gz`, with a login that nobody may see."""
    folder = project(PROJECT)

    def run(url: str, *options: str, made=(), rc=None, status=0, **more: str) -> Completed:
        environment = {**home_with(tmp_path / "home", rc or pypirc(url)), **more}
        options = options or ("-r", "here")
        done = run_setup(folder, "-v", "made", *made, "upload", *options, env=environment, status=status)
        assert_no_secret(done.stdout, done.stderr)
        return done

    run.folder = folder  # type: ignore[attr-defined]
    return run


@pytest.fixture
def server():
    with index(answer()) as server:
        yield server


def test_a_file_is_sent_with_the_metadata_its_digests_and_the_login(upload, server: Index) -> None:
    done = upload(server.url)
    assert done.stdout.splitlines()[-2:] == [
        f"Submitting dist/p-1.0.tar.gz to {server.url}",
        "Server response (200): OK",
    ]
    assert done.stderr == ""
    (request,) = server.requests
    assert request.line == "POST /legacy/ HTTP/1.1"
    assert request.headers["authorization"] == f"Basic {ENCODED}"
    assert request.headers["content-length"] == str(len(request.body))
    assert "transfer-encoding" not in request.headers
    assert ("content", "p-1.0.tar.gz", CONTENT) in request.fields()
    assert request.value(":action") == b"file_upload"
    assert request.value("md5_digest").decode() == hashlib.md5(CONTENT).hexdigest()
    assert request.value("sha256_digest").decode() == hashlib.sha256(CONTENT).hexdigest()
    blake2 = hashlib.blake2b(CONTENT, digest_size=32)
    assert request.value("blake2_256_digest").decode() == blake2.hexdigest()


def test_what_is_sent_is_what_cpythons_distutils_sends(
    upload, server, oracle: Oracle, project, tmp_path
) -> None:
    theirs_folder = project(PROJECT, name="theirs")
    upload(server.url)
    home = {"HOME": str(tmp_path / "home")}
    oracle.run("setup.py", "made", "upload", "-r", "here", cwd=theirs_folder, env=home)
    ours, theirs = server.requests
    # The one digest that is not what its name says there.
    short, long = hashlib.blake2b(CONTENT, digest_size=32), hashlib.blake2b(CONTENT)
    assert theirs.body.replace(long.hexdigest().encode(), short.hexdigest().encode()) == ours.body
    for request in (ours, theirs):
        del request.headers["content-length"], request.headers["user-agent"]
    assert ours.headers == theirs.headers
    assert ours.line == theirs.line


REPLACED = """
import distutils.command.upload as module
import json

class Response:
    msg = "Fine"
    def getcode(self): return 200
    def getheader(self, name, default=None): return default
    def read(self): return b"said"

def urlopen(request):
    with open("request.bin", "wb") as stream:
        stream.write(request.data)
    with open("headers.json", "w") as stream:
        json.dump([request.get_full_url(), request.get_method(), request.headers], stream)
    return Response()

module.urlopen = urlopen
"""


def test_a_replaced_urlopen_gets_cpythons_request_to_the_byte(project, run_setup, oracle, tmp_path) -> None:
    files = {**PROJECT, "setup.py": REPLACED + SETUP}
    ours, theirs = project(files, name="ours"), project(files, name="theirs")
    home = home_with(tmp_path / "home", pypirc("http://nowhere.invalid/"))
    arguments = ("made", "upload", "-r", "here", "--show-response")
    done = run_setup(ours, *arguments, env=home)
    expected = oracle.run("setup.py", *arguments, cwd=theirs, env={"HOME": home["HOME"]})
    assert done.stdout == expected.stdout
    for name in ("request.bin", "headers.json"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


@pytest.mark.parametrize(
    "entries, expected",
    [
        ("[('sdist', 'p-1.0.tar.gz')]", [(b"sdist", b"")]),
        (
            "[('bdist_x', 'any', 'dist/p-1.0.tar.gz'), ['sdist', 'p-1.0.tar.gz']]",
            [(b"bdist_x", b"any"), (b"sdist", b"")],
        ),
    ],
)
def test_entries_of_both_forms_are_uploaded(upload, server: Index, entries: str, expected) -> None:
    upload(server.url, made=[f"--files={entries}"])
    sent = [(request.value("filetype"), request.value("pyversion")) for request in server.requests]
    assert sent == expected
    assert all(request.value("content") == CONTENT for request in server.requests)


@pytest.mark.parametrize(
    ("options", "made", "advice"),
    [
        ([], "Fake.Pkg-1.0-RC1.tar.gz", "'sdist --standard-name'"),
        (["--formats=zip"], "Fake.Pkg-1.0-RC1.zip", "'sdist --formats=gztar --standard-name'"),
        (
            ["--formats=zip", "--standard-name"],
            "fake_pkg-1.0rc1.zip",
            "'sdist --formats=gztar --standard-name'",
        ),
        (["--standard-name"], "fake_pkg-1.0rc1.tar.gz", None),
    ],
)
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]], ids=["", "dry run"])
def test_a_name_that_the_index_may_refuse_is_told_before_anything_is_sent(
    project, run_setup, tmp_path, server: Index, dry_run, options, made, advice
) -> None:
    setup = (
        "from distutils.core import setup\nsetup(name='Fake.Pkg', version='1.0-RC1', url='https://x.org')\n"
    )
    folder = project({"setup.py": setup, "README": ""})
    environment = home_with(tmp_path / "home", pypirc(server.url))
    words = [*dry_run, "sdist", *options, "upload", "-r", "here"]
    done = run_setup(folder, *words, env=environment)
    told = [line for line in done.stderr.splitlines() if "PEP 625" in line]
    if advice is None:
        assert told == []
        return
    (line,) = told
    assert line.startswith(f"warning: 'dist/{made}' is not named as PyPI wants it")
    assert line.endswith(f"{advice} makes 'fake_pkg-1.0rc1.tar.gz'")
    assert len(server.requests) == (0 if dry_run else 1)


def test_a_wheel_is_not_told_to_be_named_otherwise(project, run_setup, tmp_path, server: Index) -> None:
    setup = "from distutils.core import setup\nsetup(name='Fake.Pkg', version='1.0')\n"
    folder = project({"setup.py": setup})
    environment = home_with(tmp_path / "home", pypirc(server.url))
    assert "PEP 625" not in run_setup(folder, "bdist_wheel", "upload", "-r", "here", env=environment).stderr


def test_a_list_with_a_wrong_entry_uploads_nothing(upload, server: Index) -> None:
    entries = "[('sdist', 'p-1.0.tar.gz'), 'p-1.0.zip']"
    done = upload(server.url, made=[f"--files={entries}"], status=1)
    assert "an entry of dist_files must be " in done.stderr
    assert server.requests == []


def test_without_a_file_there_is_nothing_to_upload(upload, server: Index) -> None:
    done = upload(server.url, made=["--files=[]"], status=1)
    assert done.stderr == (
        "error: Must create and upload files in one command (e.g. setup.py sdist upload)\n"
    )


def test_a_file_that_is_not_there_is_named(upload, server: Index) -> None:
    done = upload(server.url, made=["--files=[('sdist', '', 'dist/q.zip')]"], status=1)
    assert done.stderr == "error: could not open 'dist/q.zip': No such file or directory\n"
    assert server.requests == []


def test_a_file_with_the_boundary_in_it_arrives_whole(upload, server: Index) -> None:
    evil = b"\r\n----------------GHSKFJDLGDS7543FJKLFHRE75642756743254--\r\n" + CONTENT
    (upload.folder / "dist/p-1.0.tar.gz").write_bytes(evil)
    upload(server.url)
    (request,) = server.requests
    assert request.value("content") == evil


def test_the_answer_is_shown_on_request_without_the_login_that_it_repeats(upload) -> None:
    said = f"Hi {PASSWORD}, {ENCODED}! \u00e9".encode()
    with index(answer(body=said, Content_Type="text/plain; charset=utf-8", X=PASSWORD)) as server:
        done = upload(server.url, "-r", "here", "--show-response")
    line = "-" * 75
    assert done.stdout.endswith(f"Server response (200): OK\n{line}\nHi ***, ***! \u00e9\n{line}\n")


def test_a_dry_run_says_what_it_would_send_and_opens_no_connection(project, run_setup, tmp_path) -> None:
    folder = project({**PROJECT, "mod.py": ""})
    with index(answer()) as server:
        env = home_with(tmp_path / "home", pypirc(server.url))
        done = run_setup(folder, "--dry-run", "sdist", "upload", "-r", "here", "--sign", env=env)
        assert server.requests == []
    lines = done.stdout.splitlines()
    assert lines[-2:] == [
        "gpg --detach-sign -a dist/p-1.0.tar.gz",
        f"Submitting dist/p-1.0.tar.gz to {server.url}",
    ]


JOURNAL = """
import atexit, oxidist._core
atexit.register(lambda: print("journal", oxidist._core.journal()))
"""


def test_the_journal_has_the_upload_without_the_login(project, run_setup, tmp_path, server: Index) -> None:
    folder = project({**PROJECT, "setup.py": JOURNAL + SETUP})
    env = home_with(tmp_path / "home", pypirc(server.url))
    done = run_setup(folder, "made", "upload", "-r", "here", env=env)
    assert f"('perform', 'Submitting dist/p-1.0.tar.gz to {server.url}')" in done.stdout
    assert_no_secret(done.stdout, done.stderr)


@pytest.mark.parametrize(
    "repository, expected",
    [
        ("nowhere", "'nowhere' is neither a section of ~/.pypirc nor an address with http: or https:"),
        (
            "ftp://host/",
            "'ftp://host/' is neither a section of ~/.pypirc nor an address with http: or https:",
        ),
        (
            f"https://me:{PASSWORD}@host/",
            "the address of the index must not have a login in it (https://***@host/): "
            "put that into ~/.pypirc",
        ),
        (
            "http://host/?x",
            "Incompatible url http://host/?x: it must have no parameters, query or fragment",
        ),
    ],
)
def test_a_repository_that_is_no_address_is_an_error(upload, server, repository: str, expected: str) -> None:
    assert upload(server.url, "-r", repository, status=1).stderr == f"error: {expected}\n"


@pytest.mark.parametrize(
    "user, password, expected",
    [
        ("me", None, "there is no password for {}: put it into ~/.pypirc"),
        (
            "me",
            f"{PASSWORD}\u00e9",
            "the password for {} has characters that are not ASCII, which no index takes",
        ),
        ("m\u00e9", PASSWORD, "the username for {} has characters that are not ASCII, which no index takes"),
    ],
)
def test_a_login_that_cannot_be_sent_is_an_error_without_its_words(
    upload, server, user, password, expected
) -> None:
    done = upload(server.url, rc=pypirc(server.url, user, password), status=1)
    assert done.stderr == "error: " + expected.format(f"localhost:{server.port}") + "\n"
    assert server.requests == []


def test_without_pypirc_an_address_gets_an_empty_login(upload, server: Index) -> None:
    upload(server.url, "-r", server.url, rc="[distutils]\nindex-servers =\n")
    assert server.requests[0].headers["authorization"] == f"Basic {base64.b64encode(b':').decode()}"


def test_the_password_that_register_asked_for_is_used(project, run_setup, server: Index, tmp_path) -> None:
    setup = SETUP.replace(
        "dist_files.extend", f"password = {PASSWORD!r}; self.distribution.dist_files.extend"
    )
    folder = project({**PROJECT, "setup.py": setup})
    env = home_with(tmp_path / "home", pypirc(server.url, password=None))
    done = run_setup(folder, "made", "upload", "-r", "here", env=env)
    assert server.requests[0].headers["authorization"] == f"Basic {ENCODED}"
    assert_no_secret(done.stdout, done.stderr)


def test_identity_needs_sign(upload, server: Index) -> None:
    done = upload(server.url, "-r", "here", "--identity=me", status=1)
    assert done.stderr == "error: Must use --sign for --identity to have meaning\n"


GPG = """\
#!/bin/sh
echo "$@" > gpg.txt
for last; do :; done
echo signature > "$last.asc"
"""


def test_a_signature_is_made_by_gpg_and_uploaded_beside_the_file(upload, server: Index, tmp_path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gpg").write_text(GPG)
    (tools / "gpg").chmod(0o755)
    path = f"{tools}:/usr/bin:/bin"
    upload(server.url, "-r", "here", "--sign", "--identity=ada", PATH=path)
    called = (upload.folder / "gpg.txt").read_text()
    assert called == "--detach-sign --local-user ada -a dist/p-1.0.tar.gz\n"
    assert server.requests[0].fields()[-1] == ("gpg_signature", "p-1.0.tar.gz.asc", b"signature\n")


@pytest.mark.skipif(not shutil.which("gpg"), reason="there is no gpg")
def test_the_signature_is_one_that_gpg_finds_good(upload, server: Index, tmp_path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    environment = {"GNUPGHOME": str(keys)}
    gpg = ["gpg", "--homedir", str(keys), "--batch"]
    words = ["--passphrase", "", "--quick-gen-key", "ada@example.org"]
    subprocess.run([*gpg, *words], check=True, capture_output=True)
    upload(server.url, "-r", "here", "-s", "-i", "ada@example.org", **environment)
    (tmp_path / "sent.asc").write_bytes(server.requests[0].value("gpg_signature"))
    signed = upload.folder / "dist/p-1.0.tar.gz"
    subprocess.run([*gpg, "--verify", tmp_path / "sent.asc", signed], check=True, capture_output=True)


def test_a_large_file_is_streamed(project, run_setup, tmp_path, server: Index) -> None:
    folder = project({**PROJECT, "setup.py": SETUP + PRINT_PEAK})
    large = folder / "dist/p-1.0.tar.gz"
    with large.open("wb") as stream:
        stream.truncate(300 << 20)
    env = home_with(tmp_path / "home", pypirc(server.url))
    done = run_setup(folder, "made", "upload", "-r", "here", env={**env, "OXIDIST_TIMEOUT": "60"})
    assert int(server.requests[0].headers["content-length"]) > 300 << 20
    assert peak(done.stdout) < 100 << 10


def test_proxies_of_the_environment_are_used(upload) -> None:
    with index(answer()) as proxy:
        url = "http://index.invalid/legacy/"
        upload(url, http_proxy=f"http://localhost:{proxy.port}")
    assert proxy.requests[0].line == f"POST {url} HTTP/1.1"


def test_an_installed_opener_is_used(project, run_setup, tmp_path, server: Index) -> None:
    opener = """
    import urllib.request
    opener = urllib.request.build_opener()
    opener.addheaders = [("X-Own", "yes")]
    urllib.request.install_opener(opener)
    """
    import textwrap

    folder = project({**PROJECT, "setup.py": textwrap.dedent(opener) + SETUP})
    run_setup(folder, "made", "upload", "-r", "here", env=home_with(tmp_path / "home", pypirc(server.url)))
    assert server.requests[0].headers["x-own"] == "yes"


def test_a_table_of_digests_that_a_script_has_changed_is_obeyed(project, run_setup, tmp_path, server) -> None:
    change = """
import hashlib
from distutils.command import upload as module
module._FILE_CONTENT_DIGESTS = {"md5_digest": None, "sha512_digest": hashlib.sha512}
"""
    folder = project({**PROJECT, "setup.py": change + SETUP})
    run_setup(folder, "made", "upload", "-r", "here", env=home_with(tmp_path / "home", pypirc(server.url)))
    digests = {name: value for name, _, value in server.requests[0].fields() if name.endswith("_digest")}
    assert digests == {"sha512_digest": hashlib.sha512(CONTENT).hexdigest().encode()}


HOOKS = """
from distutils.command.upload import upload
import json
calls = []

class watched(upload):
    def _read_pypirc(self):
        calls.append(["_read_pypirc"])
        return super()._read_pypirc()
    def upload_file(self, *args):
        calls.append(["upload_file", *args])
        super().upload_file(*args)
    def announce(self, *args):
        calls.append(["announce", *args])
        super().announce(*args)
    def _read_pypi_response(self, response):
        calls.append(["_read_pypi_response", response.getcode()])
        return super()._read_pypi_response(response)

import atexit
atexit.register(lambda: json.dump(calls, open("calls.json", "w")))
"""


def test_hooks_are_called_as_by_cpythons_distutils(project, run_setup, oracle, tmp_path) -> None:
    setup = HOOKS + SETUP.replace('"made": made', '"made": made, "upload": watched')
    ours, theirs = (project({**PROJECT, "setup.py": setup}, name=name) for name in ("ours", "theirs"))
    with index(answer(body=b"fine", Content_Type="text/plain")) as server:
        home = home_with(tmp_path / "home", pypirc(server.url))
        arguments = ("made", "upload", "-r", "here", "--show-response")
        run_setup(ours, *arguments, env=home)
        oracle.run("setup.py", *arguments, cwd=theirs, env={"HOME": home["HOME"]})
    calls = [json.loads((folder / "calls.json").read_text()) for folder in (ours, theirs)]
    assert calls[0] == calls[1]
    assert ["_read_pypi_response", 200] in calls[0]


def test_the_command_and_its_class_show_nothing_of_the_login(tmp_path: Path, clean_home: Path) -> None:
    script = f"""
import distutils.command.upload, distutils.dist
command = distutils.command.upload.upload(distutils.dist.Distribution())
command.password = {PASSWORD!r}
distutils.log.set_verbosity(2)
print(repr(command), str(command))
command.dump_options()
"""
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "repository = None" in done.stdout
    assert_no_secret(done.stdout, done.stderr)
