"""The hops of a redirect: followed on the same host, and to another one only if the options name it as a target."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from .._tracehop import Propagator
from .probe import one_line
from .session import ERROR, REDIRECT, Session, Transport
from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Check, values

MOST = 10
PORTS = {"http": 80, "https": 443}


class Way(NamedTuple):
    """The session at the end, the hops before it and their checks; ``is_whole`` is false if something ended it too early."""

    session: Session
    hops: list[dict[str, Any]]
    checks: list[Check]
    is_whole: bool


def follow(propagator: Propagator, transport: Transport, url: str, targets: bool) -> Way:
    """Follows from hop to hop, and sees that each accepts trace headers. Raises NoAnswerError."""
    hops: list[dict[str, Any]] = []
    found: list[Check] = []
    while True:
        session = Session(propagator, transport, url)
        location = session.control.header("location") if REDIRECT <= session.control.status < ERROR else None
        if location is None:
            return Way(session, hops, found, True)
        further = urljoin(url, location)
        hops.append({"url": url, "status": session.control.status, "location": further})
        found.append(_hop(session))
        if not (_is_same_host(url, further) or (targets and propagator.allows(further))):
            what = f"{url} redirects to another host, {urlsplit(further).netloc}: nothing was sent there"
            return Way(session, hops, [*found, _stop(transport, what, "examine that URL by itself, or name it as --target")], False)
        if len(hops) > MOST:
            stop = _stop(transport, f"{url} redirects more than {MOST} times", "give the URL at the end")
            return Way(session, hops, [*found, stop], False)
        url = further


def _hop(session: Session) -> Check:
    """Whether a hop answers a request with trace headers as it answers one without."""
    probe = one_line(session.propagator)
    check = Check("hop", session.protocol, ARRIVES, f"{session.url} redirects requests with trace headers too", sent=values(probe.lines))
    if not session.refuses(probe):
        return check
    return check._replace(verdict=BROKEN, what=f"{session.url} refuses requests with trace headers", change="let it pass them on")


def _stop(transport: Transport, what: str, change: str) -> Check:
    return Check("redirect", transport.name, CANNOT_TELL, what, change)


def _is_same_host(left: str, right: str) -> bool:
    """True for the same name and port, and from http to https on their own ports."""
    one, other = urlsplit(left), urlsplit(right)
    if other.scheme not in PORTS or one.hostname != other.hostname:
        return False
    return _port(one) == _port(other) or ((one.scheme, _port(one)) == ("http", 80) and (other.scheme, _port(other)) == ("https", 443))


def _port(parts: SplitResult) -> int | None:
    return parts.port or PORTS.get(parts.scheme)
