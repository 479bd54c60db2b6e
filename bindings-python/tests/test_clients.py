"""The clients carry the current trace to targets, and take it off a redirect that leads elsewhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3
from servers import wsgiref_server

import tracehop
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.urllib3

NAMES = ("sentry-trace", "baggage")
Seen = list[dict[str, str]]


class Host:
    """Notes the trace headers of each request; `/to?URL` sends elsewhere."""

    def __init__(self) -> None:
        self.seen: Seen = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        keys = {name: "HTTP_" + name.upper().replace("-", "_") for name in (*NAMES, "authorization")}
        self.seen.append({name: environ[key] for name, key in keys.items() if key in environ})
        if environ["PATH_INFO"] == "/to":
            status = "303 See Other" if environ["REQUEST_METHOD"] == "POST" else "307 Temporary Redirect"
            start_response(status, [("Location", environ["QUERY_STRING"]), ("Content-Length", "0")])
            return [b""]
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


class Ours:
    """Two hosts, of which one is a target, and what each has seen."""

    def __init__(self, target: str, stranger: str, hosts: tuple[Host, Host]) -> None:
        self.target, self.stranger, (self.at_target, self.at_stranger) = target, stranger, hosts
        self.propagator = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(target)])
        self.context = self.propagator.start_trace()


@pytest.fixture
def ours() -> Iterator[Ours]:
    hosts = Host(), Host()
    with wsgiref_server(hosts[0]) as target, wsgiref_server(hosts[1]) as stranger:
        yield Ours(target, stranger, hosts)


Send = Callable[..., None]


def by_httpx(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    with httpx.Client(event_hooks=tracehop.httpx.hooks(propagator), follow_redirects=True, trust_env=False) as client:
        client.request(method, url, headers=headers).raise_for_status()


def by_async_httpx(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    async def send() -> None:
        hooks: Any = tracehop.httpx.async_hooks(propagator)
        async with httpx.AsyncClient(event_hooks=hooks, follow_redirects=True, trust_env=False) as client:
            (await client.request(method, url, headers=headers)).raise_for_status()

    asyncio.run(send())


def by_requests(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    with tracehop.requests.trace(requests.Session(), propagator) as session:
        session.trust_env = False
        session.request(method, url, headers=headers).raise_for_status()


def by_urllib3(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    with tracehop.urllib3.PoolManager(propagator) as pool:
        given = dict(headers)
        assert pool.request(method, url, headers=given).status == 200
        assert given == headers, "the caller's headers are not edited"


def by_aiohttp(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    async def send() -> None:
        trace = tracehop.aiohttp.middleware(propagator)
        async with aiohttp.ClientSession(middlewares=[trace]) as session:
            async with session.request(method, url, headers=headers) as answer:
                assert answer.status == 200

    asyncio.run(send())


@pytest.fixture(params=[by_httpx, by_async_httpx, by_requests, by_urllib3, by_aiohttp])
def send(request: pytest.FixtureRequest, ours: Ours) -> Send:
    def sent(url: str, method: str = "GET", **headers: str) -> None:
        with tracehop.use(ours.context):
            request.param(ours.propagator, method, url, {name.replace("_", "-"): value for name, value in headers.items()})

    return sent


def test_a_target_gets_the_trace_and_keeps_foreign_baggage(ours: Ours, send: Send) -> None:
    send(f"{ours.target}/", baggage="tenant=acme")
    assert ours.at_target.seen == [
        {"sentry-trace": ours.context.sentry_trace, "baggage": f"tenant=acme,{ours.context.baggage}"}
    ]


def test_another_host_gets_nothing(ours: Ours, send: Send) -> None:
    send(f"{ours.stranger}/", baggage="tenant=acme")
    assert ours.at_stranger.seen == [{"baggage": "tenant=acme"}]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_another_host_loses_the_trace_but_not_foreign_baggage(ours: Ours, send: Send, method: str) -> None:
    send(f"{ours.target}/to?{ours.stranger}/", method, baggage="tenant=acme")
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace
    assert ours.at_stranger.seen == [{"baggage": "tenant=acme"}]


def test_a_redirect_to_a_target_gains_the_trace(ours: Ours, send: Send) -> None:
    send(f"{ours.stranger}/to?{ours.target}/")
    assert ours.at_stranger.seen == [{}]
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace


def test_there_and_back_again(ours: Ours, send: Send) -> None:
    send(f"{ours.target}/to?{ours.stranger}/to?{ours.target}/")
    assert [seen.get("sentry-trace") for seen in ours.at_target.seen] == [ours.context.sentry_trace] * 2
    assert ours.at_stranger.seen == [{}]


def test_what_the_caller_set_by_hand_stays(ours: Ours, send: Send) -> None:
    by_hand = "7" * 32 + "-" + "8" * 16
    send(f"{ours.target}/to?{ours.stranger}/", sentry_trace=by_hand)
    assert ours.at_target.seen == ours.at_stranger.seen == [{"sentry-trace": by_hand}]


def test_signed_headers_are_not_touched(ours: Ours, send: Send) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=baggage;host, Signature=c"
    send(f"{ours.target}/", baggage="tenant=acme", authorization=signature)
    assert ours.at_target.seen[0]["baggage"] == "tenant=acme"
    send(f"{ours.target}/?X-Amz-SignedHeaders=host%3Bsentry-trace")
    assert "sentry-trace" not in ours.at_target.seen[1]


def test_without_a_current_context_nothing_is_added(ours: Ours) -> None:
    by_requests(ours.propagator, "GET", f"{ours.target}/", {})
    by_httpx(ours.propagator, "GET", f"{ours.target}/", {})
    assert ours.at_target.seen == [{}, {}]


def test_a_client_wants_a_propagator() -> None:
    for make in (
        tracehop.httpx.hooks,
        tracehop.httpx.async_hooks,
        tracehop.requests.Adapter,
        tracehop.urllib3.PoolManager,
        tracehop.aiohttp.middleware,
    ):
        with pytest.raises(TypeError, match="propagator must be a Propagator, not dict"):
            make(json.loads("{}"))
