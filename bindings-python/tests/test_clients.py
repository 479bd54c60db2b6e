"""The clients carry the current trace to targets, and take it off a redirect that leads elsewhere."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any
import urllib.request

import aiohttp
import httpx
import pytest
import requests
import requests.adapters
import requests.auth
import tornado.httpclient
import urllib3
from servers import wsgiref_server

import tracehop
import tracehop._clients
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.tornado
import tracehop.urllib
import tracehop.urllib3

NAMES = ("sentry-trace", "baggage", "traceparent", "tracestate")
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
        if environ["PATH_INFO"] == "/digest" and "HTTP_AUTHORIZATION" not in environ:
            challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
            start_response("401 Unauthorized", [("WWW-Authenticate", challenge), ("Content-Length", "0")])
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


def by_httpx_transport(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    with httpx.Client(transport=tracehop.httpx.Transport(propagator), follow_redirects=True, trust_env=False) as client:
        client.request(method, url, headers=headers).raise_for_status()


def by_async_httpx_transport(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    async def send() -> None:
        transport = tracehop.httpx.AsyncTransport(propagator)
        async with httpx.AsyncClient(transport=transport, follow_redirects=True, trust_env=False) as client:
            (await client.request(method, url, headers=headers)).raise_for_status()

    asyncio.run(send())


def by_urllib(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    handlers = urllib.request.ProxyHandler({}), tracehop.urllib.Handler(propagator)
    # By itself it follows a POST that was answered 303, and no 307.
    data = b"" if method == "POST" else None
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.build_opener(*handlers).open(request) as answer:
        assert answer.status == 200


def by_tornado(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    async def send() -> None:
        client = tracehop.tornado.AsyncHTTPClient(force_instance=True, propagator=propagator)
        body = "" if method == "POST" else None
        assert (await client.fetch(url, method=method, body=body, headers=headers)).code == 200
        client.close()

    asyncio.run(send())


def by_aiohttp(propagator: tracehop.Propagator, method: str, url: str, headers: dict[str, str]) -> None:
    async def send() -> None:
        trace = tracehop.aiohttp.middleware(propagator)
        async with aiohttp.ClientSession(middlewares=[trace]) as session:
            async with session.request(method, url, headers=headers) as answer:
                assert answer.status == 200

    asyncio.run(send())


CLIENTS = [
    by_httpx,
    by_async_httpx,
    by_httpx_transport,
    by_async_httpx_transport,
    by_requests,
    by_urllib3,
    by_urllib,
    by_tornado,
    by_aiohttp,
]


@pytest.fixture(params=CLIENTS)
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


BY_OTHERS = {
    "traceparent": "00-" + "7" * 32 + "-" + "8" * 16 + "-01",
    "tracestate": "other=1",
    "baggage": "sentry-release=theirs,tenant=acme",
}


def test_what_another_tracer_set_survives_a_redirect_to_another_host(ours: Ours, send: Send) -> None:
    ours.propagator = tracehop.Propagator(
        trace_propagation_targets=[tracehop.Origin(ours.target)], propagate_traceparent=True
    )
    ours.context = ours.propagator.start_trace()
    send(f"{ours.target}/to?{ours.stranger}/", **BY_OTHERS)
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace
    assert ours.at_target.seen[0]["traceparent"] == BY_OTHERS["traceparent"]
    assert ours.at_stranger.seen == [BY_OTHERS]


def test_our_traceparent_does_not_reach_another_host(ours: Ours, send: Send) -> None:
    ours.propagator = tracehop.Propagator(
        trace_propagation_targets=[tracehop.Origin(ours.target)], propagate_traceparent=True
    )
    ours.context = ours.propagator.start_trace()
    send(f"{ours.target}/to?{ours.stranger}/")
    assert ours.at_target.seen[0]["traceparent"] == ours.context.traceparent
    assert ours.at_stranger.seen == [{}]


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


def twice_by_httpx(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    with httpx.Client(event_hooks=tracehop.httpx.hooks(ours.propagator), trust_env=False) as client:
        request = client.build_request("GET", ours.target, headers={"baggage": "tenant=acme"})
        for context in contexts:
            with tracehop.use(context):
                client.send(request)


def twice_by_requests(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    with tracehop.requests.trace(requests.Session(), ours.propagator) as session:
        request = requests.Request("GET", ours.target, headers={"baggage": "tenant=acme"}).prepare()
        for context in contexts:
            with tracehop.use(context):
                session.send(request)


def twice_by_the_request_of_an_answer(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    with tracehop.requests.trace(requests.Session(), ours.propagator) as session:
        request = requests.Request("GET", ours.target, headers={"baggage": "tenant=acme"}).prepare()
        for context in contexts:
            with tracehop.use(context):
                answer = session.send(request)
            assert answer.request.headers.get("sentry-trace") == (context and context.sentry_trace)
            request = answer.request


def twice_by_urllib3(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    headers = urllib3.HTTPHeaderDict({"baggage": "tenant=acme"})
    with tracehop.urllib3.PoolManager(ours.propagator, headers=headers) as pool:
        for context in contexts:
            with tracehop.use(context):
                pool.request("GET", ours.target)


def twice_by_aiohttp(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    async def again(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        *repeated, last = contexts
        for context in repeated:
            with tracehop.use(context):
                (await handler(request)).close()
        with tracehop.use(last):
            return await handler(request)

    async def send() -> None:
        middlewares = [again, tracehop.aiohttp.middleware(ours.propagator)]
        headers = {"baggage": "tenant=acme"}
        async with aiohttp.ClientSession(middlewares=middlewares) as session, session.get(ours.target, headers=headers):
            pass

    asyncio.run(send())


def twice_by_urllib(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), tracehop.urllib.Handler(ours.propagator))
    request = urllib.request.Request(ours.target, headers={"baggage": "tenant=acme"})
    for context in contexts:
        with tracehop.use(context):
            opener.open(request).close()


def twice_by_tornado(ours: Ours, contexts: list[tracehop.TraceContext | None]) -> None:
    async def send() -> None:
        client = tracehop.tornado.AsyncHTTPClient(force_instance=True, propagator=ours.propagator)
        request = tornado.httpclient.HTTPRequest(ours.target, headers={"baggage": "tenant=acme"})
        for context in contexts:
            with tracehop.use(context):
                await client.fetch(request)
        client.close()

    asyncio.run(send())


TWICE = [
    twice_by_httpx,
    twice_by_requests,
    twice_by_the_request_of_an_answer,
    twice_by_urllib3,
    twice_by_urllib,
    twice_by_tornado,
    twice_by_aiohttp,
]


@pytest.mark.parametrize("twice", TWICE)
def test_one_request_sent_under_two_traces_carries_each_in_turn(
    ours: Ours, twice: Callable[[Ours, list[tracehop.TraceContext | None]], None]
) -> None:
    other = ours.propagator.start_trace()
    twice(ours, [ours.context, other, None])
    expected = [
        {"sentry-trace": context.sentry_trace, "baggage": f"tenant=acme,{context.baggage}"}
        for context in (ours.context, other)
    ]
    assert ours.at_target.seen == [*expected, {"baggage": "tenant=acme"}]


def test_a_header_that_was_changed_on_the_way_loses_our_members_alone_and_stays_if_it_is_not_ours(ours: Ours) -> None:
    headers = {"Baggage": "tenant=acme"}
    with tracehop.use(ours.context):
        written = tracehop._clients.carry(ours.propagator, ours.target, headers)
    assert written
    headers["baggage"] += ",late=1"
    headers["sentry-trace"] = "7" * 32 + "-" + "8" * 16
    written.undo(headers)
    assert headers == {"baggage": "tenant=acme,late=1", "sentry-trace": "7" * 32 + "-" + "8" * 16}


class Counting(requests.adapters.HTTPAdapter):
    """An adapter of the application's own."""

    sent = 0

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        self.sent += 1
        return super().send(request, *arguments, **options)


def test_the_adapters_of_a_session_stay_and_are_traced_whenever_they_are_mounted(ours: Ours) -> None:
    before, after = Counting(max_retries=urllib3.Retry(3), pool_maxsize=50), Counting()
    session = requests.Session()
    session.mount("http://", before)
    tracehop.requests.trace(tracehop.requests.trace(session, ours.propagator), ours.propagator)
    mounted: Any = session.get_adapter(ours.target)
    assert mounted.adapter is before and mounted.max_retries.total == 3
    session.mount(ours.target, after)
    with session, tracehop.use(ours.context):
        session.get(ours.target)
        session.get(ours.stranger)
    assert (before.sent, after.sent) == (1, 1)
    assert [seen["sentry-trace"] for seen in ours.at_target.seen] == [ours.context.sentry_trace]


def test_a_pickled_session_carries_the_trace_by_the_same_adapters(ours: Ours) -> None:
    session = requests.Session()
    session.mount("http://", Counting(max_retries=3))
    session = pickle.loads(pickle.dumps(tracehop.requests.trace(session, ours.propagator)))
    session.mount("https://", Counting())
    mounted: Any = session.get_adapter(ours.target)
    with session, tracehop.use(ours.context):
        session.get(ours.target)
    assert (mounted.adapter.sent, mounted.max_retries.total) == (1, 3)
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace


def test_a_digest_authentication_asks_again_within_the_trace(ours: Ours) -> None:
    session = tracehop.requests.trace(requests.Session(), ours.propagator)
    session.auth = requests.auth.HTTPDigestAuth("user", "password")
    with session, tracehop.use(ours.context):
        assert session.get(f"{ours.target}/digest").status_code == 200
    assert [seen["sentry-trace"] for seen in ours.at_target.seen] == [ours.context.sentry_trace] * 2


def test_a_client_wants_a_propagator() -> None:
    for make in (
        tracehop.httpx.hooks,
        tracehop.httpx.async_hooks,
        tracehop.httpx.Transport,
        tracehop.httpx.AsyncTransport,
        tracehop.requests.Adapter,
        tracehop.urllib3.PoolManager,
        tracehop.urllib.Handler,
        tracehop.aiohttp.middleware,
    ):
        with pytest.raises(TypeError, match="propagator must be a Propagator, not dict"):
            make(json.loads("{}"))
