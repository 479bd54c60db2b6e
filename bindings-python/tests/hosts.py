"""Two hosts that record the trace headers they receive; one of them is a target of the propagator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from servers import wsgiref_server

import tracehop

NAMES = ("sentry-trace", "baggage", "traceparent", "tracestate")
Seen = list[dict[str, str]]


class Host:
    """Records the trace headers of each request; `/to?URL` redirects to the URL."""

    def __init__(self) -> None:
        self.seen: Seen = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        keys = {name: "HTTP_" + name.upper().replace("-", "_") for name in (*NAMES, "authorization")}
        self.seen.append({name: environ[key] for name, key in keys.items() if key in environ})
        if environ["PATH_INFO"] == "/to":
            status = "303 See Other" if environ["REQUEST_METHOD"] == "POST" else "307 Temporary Redirect"
            start_response(status, [("Location", environ["QUERY_STRING"]), ("Content-Length", "0")])
            return [b""]
        if environ["PATH_INFO"] == "/digest" and "HTTP_AUTHORIZATION" not in environ:
            challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
            start_response("401 Unauthorized", [("WWW-Authenticate", challenge), ("Content-Length", "0")])
            return [b""]
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


class Ours:
    """Two hosts, one of which is a target, and what each has received."""

    def __init__(self, target: str, stranger: str, hosts: tuple[Host, Host]) -> None:
        self.target, self.stranger, (self.at_target, self.at_stranger) = target, stranger, hosts
        self.propagator = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(target)])
        self.context = self.propagator.start_trace()


@pytest.fixture
def ours() -> Iterator[Ours]:
    hosts = Host(), Host()
    with wsgiref_server(hosts[0]) as target, wsgiref_server(hosts[1]) as stranger:
        yield Ours(target, stranger, hosts)
