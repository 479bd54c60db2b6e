"""One request over HTTP/1.1, with exactly the given header lines in the given order."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

BODY_BYTES = 1 << 20
SECONDS = 10

Lines = list[tuple[str, str]]


class NoAnswerError(OSError):
    """A request without a response; the message gives the reason: ``refused``, ``closed``, ``timed out``, or a sentence."""


class Answer(NamedTuple):
    """A response: its status, its header lines in order, at most a megabyte of body, and the URL that it redirects to."""

    status: int
    headers: Lines
    body: bytes
    location: str | None

    @classmethod
    def of(cls, url: str, status: int, headers: Lines, body: bytes) -> Answer:
        """Makes the response to a request for this URL, which a redirect may be relative to."""
        location = next((value for name, value in headers if name.lower() == "location"), None)
        return cls(status, headers, body, None if location is None else urljoin(url, location))


class Http1:
    """HTTP/1.1 with a new connection for each request, because a proxy may close a connection after it refused a request."""

    name = "HTTP/1.1"

    def ask(self, url: str, lines: Lines, method: str = "GET") -> Answer:
        """Sends one request and reads the response, whatever its status. Raises NoAnswerError."""
        parts = urlsplit(url)
        connection = _connection(parts)
        with contextlib.closing(connection):
            try:
                connection.putrequest(method, path(parts))
                for name, value in lines:
                    connection.putheader(name, value)
                connection.endheaders()
                response = connection.getresponse()
                return Answer.of(url, response.status, response.getheaders(), response.read(BODY_BYTES))
            except (OSError, http.client.HTTPException, UnicodeError) as error:
                raise no_answer(error) from None


def no_answer(error: Exception) -> NoAnswerError:
    """Returns the NoAnswerError for this exception."""
    if isinstance(error, ConnectionRefusedError):
        return NoAnswerError("refused")
    # A response before the close may be lost; which exception reports the close depends on timing.
    if isinstance(error, (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead)):
        return NoAnswerError("closed")
    return NoAnswerError("timed out" if isinstance(error, TimeoutError) else str(error) or type(error).__name__)


def path(parts: SplitResult) -> str:
    """Returns the request target of a URL."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
