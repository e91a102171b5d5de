"""Package indexes that refuse, break off, dawdle or lie: one clear line, no second copy, no login."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from conftest import Completed, clean_environment
from index_servers import (
    ENCODED,
    PASSWORD,
    USER,
    answer,
    assert_no_secret,
    certificate,
    close_after_reading,
    drip,
    drip_chunks,
    drip_headers,
    files_with_secret,
    home_with,
    index,
    put_off,
    pypirc,
    raw,
    read,
    reset_after,
    reset_at_once,
    say_nothing,
    unused_port,
)
from test_upload import CONTENT, PROJECT

PERHAPS = "'dist/p-1.0.tar.gz' may have arrived all the same. Look at the index before you send it again"


@pytest.fixture
def upload(project, run_setup, tmp_path):
    """`upload(url)` must fail: its error, after no login was found in all that it said and wrote."""
    folder = project(PROJECT)

    def run(url: str, status: int = 1, **more: str) -> str:
        environment = {**home_with(tmp_path / "home", pypirc(url)), "OXIDIST_TIMEOUT": "2", **more}
        arguments = ("-v", "made", "upload", "-r", "here", "--show-response")
        quiet = run_setup(folder, *arguments, env=environment, status=status)
        assert_no_secret(quiet.stdout, quiet.stderr)
        assert files_with_secret(folder) == []
        run.said = quiet.stderr  # type: ignore[attr-defined]
        run.output = quiet.stdout + quiet.stderr  # type: ignore[attr-defined]
        if not status:
            return ""
        assert "Traceback" not in quiet.stderr
        return last_line(quiet)

    return run


@pytest.fixture
def register_too(project, run_setup, tmp_path):
    """`register_too(url)` must fail; what it said is its `output`."""
    folder = project(PROJECT, "registered")

    def run(url: str) -> None:
        environment = home_with(tmp_path / "home", pypirc(url))
        arguments = ("-v", "register", "-r", "here", "--show-response")
        done = run_setup(folder, *arguments, env=environment, status=1)
        run.output = done.stdout + done.stderr  # type: ignore[attr-defined]

    return run


def last_line(done: Completed) -> str:
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("error: "), done.stderr
    # What the system refuses is told with the command that asked for it.
    return line.removeprefix("error: ").removeprefix("command 'upload': ")


def test_nobody_listens(upload) -> None:
    port = unused_port()
    expected = f"127.0.0.1:{port} refuses connections (Connection refused): 'dist/p-1.0.tar.gz' was not sent"
    assert upload(f"http://127.0.0.1:{port}/") == expected
    assert upload.said.splitlines()[0] == f"{expected}; trying again in 0.5 s"
    assert upload.said.count("trying again") == 2


def test_an_unknown_host(upload) -> None:
    text = upload("http://index.invalid/")
    assert text.startswith("index.invalid is not known (")
    assert text.endswith("): 'dist/p-1.0.tar.gz' was not sent")


@pytest.mark.parametrize("status, reason", [(403, "Forbidden"), (500, "Oops"), (413, "Too Large")])
def test_a_refusal_is_told_in_distutils_words_and_not_repeated(upload, status: int, reason: str) -> None:
    with index(answer(status, reason)) as server:
        assert upload(server.url) == f"Upload failed ({status}): {reason}"
    assert len(server.requests) == 1


def test_a_refusal_of_a_server_that_does_not_read_on_is_heard(upload) -> None:
    def refuse(connection, request) -> None:
        read(connection, request, 0)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with index(refuse) as server:
        assert upload(server.url) == "Upload failed (403): Forbidden"


def test_a_refusal_that_repeats_the_login_is_shown_without_it(upload) -> None:
    said = f"bad login {PASSWORD} {ENCODED}\nmore".encode()
    with index(answer(403, f"No {PASSWORD}", said, Content_Type="text/plain")) as server:
        assert upload(server.url) == "Upload failed (403): No ***: bad login *** ***"


def test_a_connection_that_breaks_in_the_middle_of_the_file(upload, project) -> None:
    with index(reset_after(1)) as server:
        text = upload(server.url)
    # How far it got is the system's business.
    assert text.startswith(f"localhost:{server.port} closed the connection: 'dist/p-1.0.tar.gz' ")
    assert len(server.requests) == 1


def test_a_large_file_that_breaks_off_is_told_with_its_bytes(upload, tmp_path) -> None:
    with (tmp_path / "project/dist/p-1.0.tar.gz").open("wb") as stream:
        stream.truncate(40 << 20)
    with index(reset_after(1 << 20)) as server:
        text = upload(server.url)
    assert " was not sent whole (" in text
    assert text.endswith("bytes). Servers do so when they refuse a login or a size")
    assert len(server.requests) == 1


@pytest.mark.parametrize("end", [close_after_reading, reset_after(1 << 20)], ids=["closed", "reset"])
def test_a_connection_that_ends_before_the_answer(upload, end) -> None:
    with index(end) as server:
        assert upload(server.url) == f"localhost:{server.port} closed the connection: {PERHAPS}"
    assert len(server.requests) == 1


def test_a_server_that_never_answers(upload) -> None:
    begin = time.monotonic()
    with index(say_nothing) as server:
        assert upload(server.url) == f"localhost:{server.port} said nothing for 2 seconds: {PERHAPS}"
    assert time.monotonic() - begin < 15
    assert len(server.requests) == 1


def test_a_server_that_drips(upload) -> None:
    with index(drip) as server:
        assert (
            upload(server.url)
            == f"localhost:{server.port} answered 200, but the answer is cut off: {PERHAPS}"
        )


@pytest.mark.parametrize("behave", [drip_headers, put_off])
def test_an_answer_that_never_gets_to_its_end_is_given_up(upload, behave) -> None:
    with index(behave) as server:
        expected = f"localhost:{server.port} did not finish its answer in 1 seconds: {PERHAPS}"
        assert upload(server.url, OXIDIST_TIMEOUT="1") == expected
    assert len(server.requests) == 1


def test_a_body_whose_next_part_never_begins_is_cut_off(upload) -> None:
    with index(drip_chunks) as server:
        text = upload(server.url, OXIDIST_TIMEOUT="1")
    assert text == f"localhost:{server.port} answered 200, but the answer is cut off: {PERHAPS}"


def test_what_a_server_says_cannot_reach_the_terminal(upload) -> None:
    escapes = b"\x1b]0;title\x07 \x1b[2J \xc2\x9b31m \xe2\x80\xae \x08\x08 a\tb\r\nnext"
    for reason in ["No \x1b[31m\x9b2J\x08", "OK\x1b[2J"]:
        status = 200 if reason.startswith("OK") else 403
        with index(answer(status, reason, escapes, Content_Type="text/plain; charset=utf-8")) as server:
            upload(server.url, status=status != 200)
        assert not set(upload.output) & {"\x1b", "\x07", "\x08", "\x9b", "\r", "\u202e"}
        assert "\\x1b]0;title\\x07" in upload.output and "a\tb\nnext" in upload.output


def test_a_login_is_hidden_in_every_form_in_which_a_server_repeats_it(upload, register_too) -> None:
    secrets = [PASSWORD, f"{USER}:{PASSWORD}"]
    forms = [
        form
        for secret in secrets
        for form in [
            secret,
            quote(secret, safe=""),
            re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
            quote_plus(quote_plus(secret)),
            "".join(f"%{byte:02X}" for byte in secret.encode()),
            escape(secret),
            "".join(f"&#{ord(each)};" for each in secret),
            "".join(f"&#x{ord(each):x};" for each in secret),
            "".join(f"\\u{ord(each):04x}" for each in secret),
            secret.encode().hex(),
            secret.encode().hex(":").upper(),
            *(base64.b64encode(before + secret.encode()).decode() for before in (b"", b"x", b"xy", b"xyz")),
            base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        ]
    ]
    body = "\n".join(f"<{form}>" for form in forms).encode()
    with index(answer(403, f"No {quote(PASSWORD)}", body, Content_Type="text/plain")) as server:
        for run in (upload, register_too):
            run(server.url)
            shown = re.findall("^<(.*)>$", run.output, re.MULTILINE)
            assert len(shown) == len(forms), run.output
            # Of base64 a character or two at the edges belong to what stands beside the secret.
            for form, line in zip(forms, shown, strict=True):
                rest = line.replace("***", "").replace(USER, "").replace(":", "")
                assert "***" in line and len(rest) <= 4, (form, line)
            assert quote(PASSWORD) not in run.output and "No ***" in run.output


def test_what_is_not_http(upload) -> None:
    with index(raw(b"SSH-2.0-OpenSSH_9.6\r\n")) as server:
        text = upload(server.url)
    assert text.startswith(f"what localhost:{server.port} answered is not HTTP (SSH-2.0-OpenSSH_9.6")
    assert text.endswith(PERHAPS)
    assert len(server.requests) == 1


LOGIN_PAGE = b"<html><form><input name=u><INPUT type='password' name=p></form></html>"


def test_a_success_with_a_login_page_is_none(upload) -> None:
    with index(answer(body=LOGIN_PAGE, Content_Type="text/html; charset=utf-8")) as server:
        assert upload(server.url) == (
            f"localhost:{server.port} answered 200 with a page that asks for a login: 'dist/p-1.0.tar.gz' "
            "has not arrived. Is 'repository' the address for uploads?"
        )


def test_a_success_with_another_page_is_one(upload) -> None:
    with index(answer(body=b"<p>Thank you", Content_Type="text/html")) as server:
        upload(server.url, status=0)


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nshort",
    ],
)
def test_a_success_that_is_cut_off_is_doubted(upload, text: bytes) -> None:
    with index(raw(text)) as server:
        assert (
            upload(server.url)
            == f"localhost:{server.port} answered 200, but the answer is cut off: {PERHAPS}"
        )
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed_and_takes_no_login_along(upload, status: int) -> None:
    with index(answer()) as other, index(answer(status, "Away", Location=other.url)) as server:
        text = upload(server.url)
        assert f"sends uploads on to {other.url}, and logins do not follow" in text
        assert text.startswith(f"Upload failed ({status}): Away")
        assert other.requests == []
        assert len(server.requests) == 1


FOLLOWS = """
import urllib.request

class Follows(urllib.request.HTTPRedirectHandler):
    max_redirections = max_repeats = 1000

urllib.request.install_opener(urllib.request.build_opener(Follows))
"""


def test_a_scripts_opener_that_follows_takes_no_login_along_and_is_no_success(
    project, run_setup, tmp_path
) -> None:
    folder = project({**PROJECT, "setup.py": FOLLOWS + PROJECT["setup.py"]}, name="follows")
    with index(answer()) as other, index(answer(302, "Found", Location=other.url)) as server:
        env = home_with(tmp_path / "home", pypirc(server.url))
        done = run_setup(folder, "made", "upload", "-r", "here", env=env, status=1)
        assert f"sent this request on to {other.url}, which got neither login nor file" in last_line(done)
        (request,) = other.requests
        assert "authorization" not in request.headers
        assert request.body == b""


def test_a_connection_that_breaks_before_the_file_is_tried_again(upload) -> None:
    with index(reset_at_once) as server:
        # What is reset is the beginning of TLS.
        text = upload(server.url.replace("http:", "https:"))
        assert text == f"localhost:{server.port} closed the connection: 'dist/p-1.0.tar.gz' was not sent"
    assert len(server.requests) == 3


def test_a_server_that_comes_up_meanwhile_gets_the_file_once(project, clean_home, tmp_path) -> None:
    folder = project(PROJECT)
    port = unused_port()
    home = home_with(tmp_path / "home", pypirc(f"http://127.0.0.1:{port}/"))
    environment = {**clean_environment(clean_home, OXIDIST_DISTUTILS="1"), **home}
    command = [sys.executable, "setup.py", "made", "upload", "-r", "here"]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        first = process.stderr.readline()
        with index(answer(), port=port) as server:
            assert process.wait(60) == 0
    assert first.endswith("was not sent; trying again in 0.5 s\n")
    assert [request.value("content") for request in server.requests] == [CONTENT]


@pytest.mark.parametrize(
    "busy",
    [
        answer(429, "Slow down"),
        answer(429, "Slow down", Retry_After="1"),
        answer(503, "Busy", Retry_After="1"),
        answer(502, "Bad gateway", Retry_After="Sun, 06 Nov 1994 08:49:37 GMT"),
    ],
)
def test_a_busy_server_is_tried_again_when_it_asks_for_that(upload, busy) -> None:
    with index(busy, answer()) as server:
        upload(server.url, status=0)
    assert len(server.requests) == 2
    assert "; trying again in " in upload.said


def test_a_server_that_stays_busy_is_given_up(upload) -> None:
    with index(answer(429, "Slow down")) as server:
        assert upload(server.url) == "Upload failed (429): Slow down"
    assert len(server.requests) == 3


def test_a_server_that_asks_for_an_hour_is_not_waited_for(upload) -> None:
    with index(answer(503, "Busy", Retry_After="3600")) as server:
        expected = "Upload failed (503): Busy: the server asks to try again in 3600 s"
        assert upload(server.url) == expected
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_error_leaves_open_what_became_of_the_file(upload, status: int) -> None:
    with index(answer(status, "Gateway")) as server:
        assert upload(server.url) == f"Upload failed ({status}): Gateway: {PERHAPS}"
    assert len(server.requests) == 1


BLAKE2 = hashlib.blake2b(CONTENT, digest_size=32).hexdigest()


@pytest.mark.parametrize("digest, with_same", [(BLAKE2, ", with the same content"), ("0" * 64, "")])
def test_a_file_that_is_there_already(upload, digest: str, with_same: str) -> None:
    reason = f"File already exists ('p-1.0.tar.gz', with blake2_256 hash '{digest}')."
    with index(answer(400, reason)) as server:
        text = upload(server.url)
    assert text.startswith("Upload failed (400): File already exists")
    assert text.endswith(f"localhost:{server.port} has a file of this name already{with_same}")


def test_a_file_that_the_first_try_has_brought_there_is_a_success(upload) -> None:
    there = answer(400, f"File already exists, with hash {BLAKE2}")
    with index(answer(502, "Bad gateway", Retry_After="1"), there) as server:
        upload(server.url, status=0)
    assert len(server.requests) == 2


def test_debugging_shows_a_traceback_and_no_login(project, run_setup, tmp_path) -> None:
    folder = project(PROJECT)
    with index(answer(403, f"No {PASSWORD}"), close_after_reading, raw(PASSWORD.encode())) as server:
        env = {**home_with(tmp_path / "home", pypirc(server.url)), "DISTUTILS_DEBUG": "1"}
        for _ in range(3):
            done = run_setup(folder, "-vv", "made", "upload", "-r", "here", env=env, status=1)
            assert_no_secret(done.stdout, done.stderr)


def test_a_certificate_that_nobody_vouches_for_is_refused(upload, tmp_path) -> None:
    context, file = certificate(tmp_path)
    with index(answer(), tls=context) as server:
        text = upload(server.url)
        assert text.startswith(f"the certificate of localhost:{server.port} is not to be trusted (self")
        assert text.endswith("see SSL_CERT_FILE): 'dist/p-1.0.tar.gz' was not sent")
        assert all(request.line == "" for request in server.requests)
        upload(server.url, status=0, SSL_CERT_FILE=str(file))
        assert server.requests[-1].value("content") == CONTENT


def test_a_certificate_for_another_name_is_refused(upload, tmp_path) -> None:
    context, file = certificate(tmp_path)
    with index(answer(), tls=context) as server:
        url = server.url.replace("localhost", "127.0.0.1")
        assert "is not to be trusted" in upload(url, SSL_CERT_FILE=str(file))


def test_a_server_without_tls_is_told_from_one_that_is_away(upload) -> None:
    with index(raw(b"HTTP/1.1 400 Bad\r\n\r\n")) as server:
        text = upload(server.url.replace("http:", "https:"))
    assert "was not sent" in text


@pytest.mark.parametrize("value", ["1e10", "1e300", "2000000.5"])
def test_a_patience_of_years_is_no_overflow(upload, value: str) -> None:
    with index(answer()) as server:
        upload(server.url, status=0, OXIDIST_TIMEOUT=value)


@pytest.mark.parametrize("value", ["0", "-1", "soon", "inf", "nan", "-inf"])
def test_a_patience_that_is_no_number_of_seconds(upload, value: str) -> None:
    expected = f"OXIDIST_TIMEOUT must be a number of seconds above 0 (got '{value}')"
    assert upload("http://127.0.0.1:9/", OXIDIST_TIMEOUT=value) == expected


def test_ctrl_c_ends_the_wait_for_an_answer(project, clean_home, tmp_path) -> None:
    folder = project(PROJECT)
    with index(say_nothing) as server:
        home = home_with(tmp_path / "home", pypirc(server.url))
        environment = {
            **clean_environment(clean_home, OXIDIST_DISTUTILS="1"),
            **home,
            "OXIDIST_TIMEOUT": "60",
        }
        command = [sys.executable, "setup.py", "made", "upload", "-r", "here"]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + 30
        while not (server.requests and server.requests[0].body) and time.monotonic() < until:
            time.sleep(0.05)
        begin = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert time.monotonic() - begin < 5
    assert errors == "interrupted\n"
    assert process.returncode == 130
    assert_no_secret(said, errors)
