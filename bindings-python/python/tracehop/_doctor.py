"""What ``tracehop doctor`` does: a preflight and a traced request to a URL, and what became of them on the way."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from ._tracehop import HEADER_NAMES, Propagator

ECHO = "tracehop-echo"
BODY_BYTES = 1 << 20


class UnreachableError(OSError):
    """The URL gave no answer; the message says why."""


def doctor(propagator: Propagator, url: str, origin: str) -> dict[str, Any]:
    """What is wrong, each with what to change; ``ok`` where nothing is."""
    context = propagator.start_trace()
    sent = context.headers()
    preflight = _ask(url, "OPTIONS", _preflight(origin, list(sent)))
    missing = propagator.missing_cors_headers(preflight.headers)
    traced = _ask(url, "GET", sent)
    problems = [*_cors_problems(missing, preflight.status), *_blocked(traced), *_carried(propagator, context.trace_id, sent, traced)]
    return {
        "url": url,
        "ok": not any(problem["broken"] for problem in problems),
        "preflight": {"status": preflight.status, "missing": missing},
        "request": {"status": traced.status, "sent": sent},
        "problems": problems,
    }


class _Answer:
    def __init__(self, response: http.client.HTTPResponse | urllib.error.HTTPError) -> None:
        self.status = response.status or 0
        self.headers = list(response.headers.items())
        self.body = response.read(BODY_BYTES)


def _ask(url: str, method: str, headers: dict[str, str]) -> _Answer:
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return _Answer(response)
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UnreachableError(f"no answer from {urlsplit(url).netloc}: {reason}") from None


def _preflight(origin: str, names: list[str]) -> dict[str, str]:
    """A browser's own question before a request of another origin."""
    ask = "Access-Control-Request"
    return {"Origin": origin, f"{ask}-Method": "GET", f"{ask}-Headers": ",".join(names)}


def _problem(what: str, change: str, broken: bool = True) -> dict[str, Any]:
    return {"what": what, "change": change, "broken": broken}


def _cors_problems(missing: list[str], status: int) -> Iterator[dict[str, Any]]:
    if status >= 400:
        change = "let OPTIONS requests through to the application, or answer them in the proxy"
        yield _problem(f"the preflight was answered with {status}", change)
    for name in missing:
        change = "add it to the allowed request headers: propagator.allow_headers(existing) gives the value"
        yield _problem(f"browsers of other origins may not send {name}", change)


def _blocked(traced: _Answer) -> Iterator[dict[str, Any]]:
    if traced.status >= 400:
        change = "see whether the same request without these headers is answered; then a firewall or proxy blocks them"
        yield _problem(f"the traced request was answered with {traced.status}", change)


def _carried(propagator: Propagator, trace_id: str, sent: dict[str, str], traced: _Answer) -> Iterator[dict[str, Any]]:
    """What arrived behind the proxies: told by `tracehop doctor --echo`, else by a page of the same trace."""
    arrived = _echoed(traced)
    if arrived is None:
        if traced.status < 400 and propagator.continue_html(traced.body).trace_id != trace_id:
            change = "run 'tracehop doctor --echo PORT' in the place of the server, and doctor this URL again"
            yield _problem("the answer does not tell which headers arrived", change, broken=False)
        return
    for name, value in sent.items():
        lines = arrived.get(name, [])
        if lines != [value]:
            state = "is stripped" if not lines else "is changed or repeated"
            yield _problem(f"{name} {state} on the way", f"have each proxy pass {name} on as it came")


def _echoed(traced: _Answer) -> dict[str, list[str]] | None:
    try:
        told = json.loads(traced.body)
        return {str(name): list(lines) for name, lines in told[ECHO].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        names = {name.lower() for name in self.headers}
        told = {name: self.headers.get_all(name) for name in HEADER_NAMES if name in names}
        body = json.dumps({ECHO: told}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def echo(port: int) -> ThreadingHTTPServer:
    """A server that answers with the trace headers that reached it; stands behind the proxies to be examined."""
    return ThreadingHTTPServer(("127.0.0.1", port), _Echo)
