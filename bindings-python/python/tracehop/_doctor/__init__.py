"""Sends the requests of ``tracehop doctor``. The extension decides what to send, and judges the responses."""

from __future__ import annotations

import importlib.util
from typing import Protocol

from .._tracehop import Propagator, doctor
from .http1 import Answer, Http1, Lines, NoAnswerError
from .http2 import Http2

NO_HTTP2 = "HTTP/2 was not examined: pip install 'tracehop[doctor]'"


class Transport(Protocol):
    """Sends one request, as Http1 and Http2 do."""

    name: str

    def ask(self, url: str, lines: Lines, method: str = "GET") -> Answer: ...


def examine(propagator: Propagator, url: str, origin: str | None = None, credentials: bool = False, targets: bool = False, http2: bool = True) -> tuple[str, str, int]:
    """Examines a URL over HTTP/1.1, and over HTTP/2 if h2 is installed and the server supports it. Raises OSError without a response.

    ``origin`` is that of a page whose requests are checked as a browser does. ``targets`` is true if the propagator's targets
    were given: only then may a redirect lead to another host. ``http2`` false leaves HTTP/2 out. Returns the report as text,
    the same as JSON, and the exit code.
    """
    transports: dict[str, Transport] = {Http1.name: Http1()}
    has_http2 = importlib.util.find_spec("h2") is not None
    if http2 and has_http2:
        transports[Http2.name] = Http2()
    notes = [NO_HTTP2] if http2 and not has_http2 else []

    def ask(protocol: str, method: str, url: str, lines: Lines) -> Answer | str:
        try:
            return transports[protocol].ask(url, lines, method)
        except NoAnswerError as error:
            return str(error)

    return doctor(propagator, url, list(transports), origin, credentials, targets, notes, ask)
