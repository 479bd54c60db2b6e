"""Raw HTTP/1.1: a client that sends exactly these bytes, and an upstream that records the header lines it receives."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

HOST = "127.0.0.1"
SECONDS = 120
MOST = 1 << 18


class Upstream:
    """``lines`` are the received header lines of the last GET request, without line ends."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.lines: list[bytes] = []
        self._listener = listener

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            received = b""
            while b"\r\n\r\n" not in received and (more := connection.recv(MOST)):
                received += more
            start, *lines = received.partition(b"\r\n\r\n")[0].split(b"\r\n")
            # A health check, which may arrive at any time, uses another method.
            if start.startswith(b"GET "):
                self.lines = lines
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nok")

    def named(self, name: bytes) -> list[bytes]:
        """Returns the lines of a header in any case, also with an underscore instead of its dash."""
        wanted = name.lower().replace(b"_", b"-")
        return [line for line in self.lines if line.partition(b":")[0].lower().replace(b"_", b"-") == wanted]


@contextlib.contextmanager
def upstream() -> Iterator[Upstream]:
    with socket.create_server((HOST, 0)) as listener:
        made = Upstream(listener)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)


def ask(address: str, *lines: bytes) -> tuple[int | None, bytes]:
    """Returns status and body of the response; None if the connection ended without one."""
    host, _, port = address.removeprefix("http://").partition(":")
    head = b"\r\n".join((b"GET /whole/ HTTP/1.1", b"Host: " + f"{host}:{port}".encode(), b"Connection: close", *lines))
    received = b""
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(head + b"\r\n\r\n")
        while more := connection.recv(MOST):
            received += more
    start, _, body = received.partition(b"\r\n\r\n")
    words = start.split(maxsplit=2)
    return (int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") else None), body
