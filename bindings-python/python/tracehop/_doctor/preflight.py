"""A preflight and the response after it, judged as a browser judges them for a page of another origin."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from .._tracehop import allows_origin
from . import evidence
from .http1 import Answer, Lines, NoAnswerError
from .probe import one_line
from .session import Session
from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Check, Values, values

ALLOW = "allow {} there: the value of the response header that names the origin must be that origin, once"
ECHO = "an echo application answers in the place of the application, whose CORS headers are not seen"


def run(session: Session, origin: str, credentials: bool) -> Iterator[Check]:
    """The preflight, and the response to the request that follows it."""
    parts = urlsplit(session.url)
    if origin == f"{parts.scheme}://{parts.netloc}":
        yield Check("preflight", session.protocol, ARRIVES, "a browser asks none: the page has the origin of the URL")
        return
    probe = one_line(session.propagator)
    asked = _question(origin, [name for name, _ in probe.lines])
    try:
        answer = session.ask(asked, "OPTIONS")
        yield _judged(session, "preflight", values(asked), answer, _preflight_problem(session, answer, origin, credentials))
        response = session.ask([("Origin", origin), *probe.lines])
    except NoAnswerError as error:
        yield Check("preflight", session.protocol, CANNOT_TELL, str(error), "try again", sent=values(asked))
        return
    yield _judged(session, "response", {"Origin": [origin]}, response, _origin_problem(response, origin, credentials))


def _question(origin: str, names: list[str]) -> Lines:
    """The header lines of a browser's preflight: names in lower case, sorted, each once."""
    ask = "Access-Control-Request"
    return [("Origin", origin), (f"{ask}-Method", "GET"), (f"{ask}-Headers", ",".join(sorted(set(names))))]


def _judged(session: Session, name: str, sent: Values, answer: Answer, problem: tuple[str, str] | None) -> Check:
    received = {header: value for header, value in values([(n.lower(), v) for n, v in answer.headers]).items() if header.startswith("access-control-")}
    check = Check(name, session.protocol, ARRIVES, "the browser goes on", sent=sent, received=received)
    if problem is None:
        return check
    what, change = problem
    if evidence.is_echo(answer):
        return check._replace(verdict=CANNOT_TELL, what=ECHO, change="examine the application itself with --origin")
    if not session.is_answered:
        return check._replace(verdict=CANNOT_TELL, what=f"{what}; but the URL is answered with {session.control.status} anyway", change=change)
    return check._replace(verdict=BROKEN, what=what, change=change)


def _preflight_problem(session: Session, answer: Answer, origin: str, credentials: bool) -> tuple[str, str] | None:
    if not 200 <= answer.status < 300:
        return f"the preflight was answered with {answer.status}", "let OPTIONS requests through to the application, or answer them in the proxy"
    problem = _origin_problem(answer, origin, credentials)
    missing = session.propagator.missing_cors_headers(answer.headers, credentials)
    if problem is None and missing:
        change = "add it to the allowed request headers: propagator.allow_headers(existing) gives the value"
        return f"pages of other origins may not send {' and '.join(missing)}", change
    return problem


def _origin_problem(answer: Answer, origin: str, credentials: bool) -> tuple[str, str] | None:
    if allows_origin(answer.headers, origin, credentials):
        return None
    return f"the response does not allow {origin}{' with credentials' if credentials else ''}", ALLOW.format(origin)
