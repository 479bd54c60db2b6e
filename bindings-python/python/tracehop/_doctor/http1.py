"""One request over HTTP/1.1, with header lines in the order and number in which they are given."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

BODY_BYTES = 1 << 20
SECONDS = 10

Lines = list[tuple[str, str]]


class NoAnswerError(OSError):
    """A request got no answer; the message says why."""


class Answer(NamedTuple):
    """A response: its status, its header lines in order, and at most a megabyte of body."""

    status: int
    headers: Lines
    body: bytes

    def header(self, wanted: str) -> str | None:
        """The first value of a header; None if it is absent."""
        return next((value for name, value in self.headers if name.lower() == wanted), None)


class Http1:
    """HTTP/1.1, a new connection for each request: a proxy may close a connection on which it refused a request."""

    name = "HTTP/1.1"

    def ask(self, url: str, lines: Lines, method: str = "GET") -> Answer:
        """Sends one request and reads the answer, whatever its status. Raises NoAnswerError."""
        parts = urlsplit(url)
        connection = _connection(parts)
        with contextlib.closing(connection):
            try:
                connection.putrequest(method, path(parts))
                for name, value in lines:
                    connection.putheader(name, value)
                connection.endheaders()
                response = connection.getresponse()
                return Answer(response.status, response.getheaders(), response.read(BODY_BYTES))
            except (OSError, http.client.HTTPException, UnicodeError) as error:
                raise no_answer(parts, error) from None


def no_answer(parts: SplitResult, error: Exception | str) -> NoAnswerError:
    """The error for a server that gives no answer."""
    return NoAnswerError(f"no answer from {parts.netloc}: {error or type(error).__name__}")


def path(parts: SplitResult) -> str:
    """The request target of a URL."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
