"""Requests to one URL over one protocol: controls without trace headers, and probes, none of which a cache can answer."""

from __future__ import annotations

import secrets
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit, urlunsplit

from .._tracehop import Propagator, __version__
from .http1 import Answer, Lines, NoAnswerError
from .probe import Probe

ERROR = 400
REDIRECT = 300


class Transport(Protocol):
    """Sends one request, as Http1 and Http2 do."""

    name: str

    def ask(self, url: str, lines: Lines, method: str = "GET") -> Answer: ...


class Outcome(NamedTuple):
    """The answer to a probe, or why there is none."""

    answer: Answer | None
    reason: str

    @property
    def is_refused(self) -> bool:
        return self.answer is None or self.answer.status >= ERROR


class Session:
    """One URL over one protocol. ``control`` is the answer to a request without trace headers."""

    def __init__(self, propagator: Propagator, transport: Transport, url: str) -> None:
        self.propagator = propagator
        self.transport = transport
        self.url = url
        self.control = self.ask([])

    @property
    def protocol(self) -> str:
        """The name of the protocol."""
        return self.transport.name

    @property
    def is_answered(self) -> bool:
        """True if the URL is answered without an error where no trace headers are sent."""
        return self.control.status < ERROR

    def ask(self, lines: Lines, method: str = "GET") -> Answer:
        """Sends these header lines. Raises NoAnswerError."""
        common = [("User-Agent", f"tracehop-doctor/{__version__}"), ("Cache-Control", "no-cache")]
        return self.transport.ask(uncached(self.url), [*common, *lines], method)

    def send(self, probe: Probe) -> Outcome:
        """Sends a probe."""
        try:
            answer = self.ask(probe.lines)
        except NoAnswerError as error:
            return Outcome(None, str(error))
        return Outcome(answer, f"answered with {answer.status}")

    def refuses(self, probe: Probe) -> bool:
        """True if the probe is refused twice, and before and after it a control is not."""
        return self.confirms(probe, self.send(probe))

    def confirms(self, probe: Probe, first: Outcome) -> bool:
        """True if the first outcome is a refusal, and is repeated while a control still passes."""
        return self.is_answered and first.is_refused and self._control_passes() and self.send(probe).is_refused

    def _control_passes(self) -> bool:
        try:
            return self.ask([]).status < ERROR
        except NoAnswerError:
            return False


def uncached(url: str) -> str:
    """The URL with a query that no request had before: some caches look at nothing else."""
    parts = urlsplit(url)
    unique = f"tracehop-doctor={secrets.token_hex(8)}"
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", f"{parts.query}&{unique}" if parts.query else unique, ""))
