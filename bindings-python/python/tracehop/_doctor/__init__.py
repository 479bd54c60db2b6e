"""``tracehop doctor``: whether a trace arrives behind a URL, what is lost on the way, and what to change."""

from __future__ import annotations

import importlib.util
from typing import Any

from .._tracehop import Propagator
from . import checks, evidence, preflight, redirects, sizes
from .http1 import Http1, NoAnswerError
from .http2 import Http2
from .redirects import Way
from .session import Session
from .verdict import Check, overall

NO_HTTP2 = "HTTP/2 was not examined: pip install 'tracehop[doctor]'"

__all__ = ["NoAnswerError", "examine"]


def examine(propagator: Propagator, url: str, origin: str | None = None, credentials: bool = False, targets: bool = False, http2: bool = True) -> dict[str, Any]:
    """Examines a URL over HTTP/1.1, and over HTTP/2 if h2 is installed and the server speaks it. Raises NoAnswerError.

    ``origin`` is that of a page whose requests are judged as a browser does. ``targets`` is true if the propagator's targets
    were chosen: only then may a redirect lead to another host. ``http2`` false leaves HTTP/2 out.
    """
    ways, notes = _ways(propagator, url, targets, http2)
    found: list[Check] = []
    largest: list[dict[str, Any]] = []
    for way in ways:
        found += way.checks
        if way.is_whole:
            met = list(checks.run(way.session))
            # A first check that ended the others says nothing of lengths either.
            lengths, most = sizes.run(way.session) if len(met) > 1 else ([], None)
            found += met + lengths
            largest += [most] if most else []
    if origin and ways[0].is_whole:
        found += preflight.run(ways[0].session, origin, credentials)
    return {
        "url": url,
        "verdict": overall(found, "one_line"),
        "seen_by": _seen_by(ways[0].session),
        "hops": ways[0].hops,
        "checks": [check.as_dict() for check in found],
        "largest_baggage": largest,
        "notes": notes,
    }


def _ways(propagator: Propagator, url: str, targets: bool, http2: bool) -> tuple[list[Way], list[str]]:
    """The way over each protocol that the server speaks, and why one is missing."""
    ways: list[Way] = []
    errors: dict[str, NoAnswerError] = {}
    has_http2 = importlib.util.find_spec("h2") is not None
    for transport in (Http1(), Http2()) if http2 and has_http2 else (Http1(),):
        try:
            ways.append(redirects.follow(propagator, transport, url, targets))
        except NoAnswerError as error:
            errors[transport.name] = error
    if not ways:
        raise next(iter(errors.values()))
    notes = [f"{protocol} was not examined: {error}" for protocol, error in errors.items()]
    return ways, notes if has_http2 or not http2 else [*notes, NO_HTTP2]


def _seen_by(session: Session) -> str:
    if evidence.echo(session.control):
        return "echo"
    return "page" if evidence.page(session.control) else "status"
