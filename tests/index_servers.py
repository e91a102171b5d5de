"""Package indexes on loopback: they do to each connection what a test says, and write down what came."""

from __future__ import annotations

import base64
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

USER = "mariner"
PASSWORD = "s3kr1t-T0ken%x"
ENCODED = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class Request:
    """What came in on one connection, as far as it was read."""

    line: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def fields(self) -> list[tuple[str, str | None, bytes]]:
        """Name, file name and value of each part of the form."""
        boundary = re.search("boundary=([^;]+)", self.headers["content-type"])
        assert boundary
        end = b"\r\n" if b"\r\n--" in self.body else b"\n"
        found = []
        for part in self.body.split(end + b"--" + boundary[1].encode())[1:-1]:
            head, _, value = part.partition(end + end)
            names = re.search(rb'name="([^"]*)"(?:; filename="([^"]*)")?', head)
            assert names
            found.append((names[1].decode(), names[2] and names[2].decode(), value))
        return found

    def value(self, name: str) -> bytes:
        return next(value for each, _, value in self.fields() if each == name)


Behaviour = Callable[[socket.socket, Request], None]


def answer(status: int = 200, reason: str = "OK", body: bytes = b"", **headers: str) -> Behaviour:
    """Read the request, and answer."""

    def behave(connection: socket.socket, request: Request) -> None:
        read(connection, request)
        lines = {"Content-Length": str(len(body)), **{n.replace("_", "-"): v for n, v in headers.items()}}
        head = f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines.items())
        connection.sendall(head.encode("latin-1") + b"Connection: close\r\n\r\n" + body)

    return behave


def raw(text: bytes) -> Behaviour:
    """Read the request, and say exactly this."""

    def behave(connection: socket.socket, request: Request) -> None:
        read(connection, request)
        connection.sendall(text)

    return behave


def reset_after(count: int) -> Behaviour:
    """Read so many bytes of the body, and reset the connection."""

    def behave(connection: socket.socket, request: Request) -> None:
        read(connection, request, count)
        reset(connection)

    return behave


def reset_at_once(connection: socket.socket, request: Request) -> None:
    reset(connection)


def close_after_reading(connection: socket.socket, request: Request) -> None:
    read(connection, request)


def say_nothing(connection: socket.socket, request: Request) -> None:
    read(connection, request)
    time.sleep(20)


def drip(connection: socket.socket, request: Request) -> None:
    """A good answer of which a byte comes now and then, and never the last."""
    read(connection, request)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b".")
        time.sleep(0.2)


def drip_headers(connection: socket.socket, request: Request) -> None:
    """An answer whose headers come byte by byte, and never end."""
    read(connection, request)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(200):
        connection.sendall(b".")
        time.sleep(0.1)


def put_off(connection: socket.socket, request: Request) -> None:
    """Again and again the answer that another one is to follow."""
    read(connection, request)
    for _ in range(200):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.1)


def drip_chunks(connection: socket.socket, request: Request) -> None:
    """A body in chunks, the length of one of which never ends."""
    read(connection, request)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"0")
        time.sleep(0.1)


def demand_login(then: Behaviour) -> Behaviour:
    """401 for a request without a login; `then` for one with it."""

    def behave(connection: socket.socket, request: Request) -> None:
        read(connection, request)
        if "authorization" in request.headers:
            then(connection, request)
        else:
            connection.sendall(
                b"HTTP/1.1 401 Who?\r\nWWW-Authenticate: Basic realm=pypi\r\nContent-Length: 0\r\n"
                b"Connection: close\r\n\r\n"
            )

    return behave


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read(connection: socket.socket, request: Request, count: int | None = None) -> None:
    """The request's head, and `count` bytes of its body, or all."""
    if request.line:
        return
    with connection.makefile("rb") as stream:
        request.line = stream.readline().decode().strip()
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            request.headers[name.lower()] = value
        length = int(request.headers.get("content-length", "0"))
        left = length if count is None else min(count, length)
        kept = length < 10_000_000
        while left and (block := stream.read(min(left, 1 << 16))):
            left -= len(block)
            if kept:
                request.body += block


class Index:
    """`behaviours` are for the connections in their order; the last one is for all that come after, too."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.requests: list[Request] = []
        self._behaviours, self._tls = behaviours, tls
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}/legacy/"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            behave = self._behaviours[min(len(self.requests), len(self._behaviours) - 1)]
            request = Request()
            self.requests.append(request)
            threading.Thread(target=self._serve, args=(connection, behave, request), daemon=True).start()

    def _serve(self, connection: socket.socket, behave: Behaviour, request: Request) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            behave(connection, request)
        except (OSError, UnicodeDecodeError):
            # Of a client that has gone, or that speaks TLS.
            pass
        finally:
            connection.close()

    def close(self) -> None:
        # A thread that waits in `accept` does not hear of `close` alone.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def index(*behaviours: Behaviour, tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Index]:
    server = Index(*behaviours, tls=tls, port=port)
    try:
        yield server
    finally:
        server.close()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def pypirc(url: str, user: str = USER, password: str | None = PASSWORD, section: str = "here") -> str:
    """A `.pypirc` with one index."""
    secret = "" if password is None else f"password: {password}\n"
    return (
        f"[distutils]\nindex-servers =\n    {section}\n\n"
        f"[{section}]\nrepository: {url}\nusername: {user}\n{secret}"
    )


def home_with(folder: Path, text: str) -> dict[str, str]:
    """An environment whose home has this `.pypirc`."""
    folder.mkdir(exist_ok=True)
    (folder / ".pypirc").write_text(text)
    (folder / ".pypirc").chmod(0o600)
    return {"HOME": str(folder), "OXIDIST_TIMEOUT": "5"}


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for `localhost`, and the certificate by which it can be trusted."""
    key, file = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run([*command, "-out", file, *names], check=True, capture_output=True, cwd=folder)
    except FileNotFoundError:
        pytest.skip("there is no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


def assert_no_secret(*texts: str) -> None:
    for text in texts:
        assert PASSWORD not in text
        assert ENCODED not in text
        assert ENCODED.rstrip("=") not in text


def files_with_secret(folder: Path) -> list[str]:
    """Which files below `folder`, other than `.pypirc`, hold the password."""
    return [
        name
        for parent, _, files in os.walk(folder)
        for name in files
        if name != ".pypirc" and PASSWORD.encode() in Path(parent, name).read_bytes()
    ]
