"""One request that is sent again, under another trace or none, carries the current one."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Callable

import aiohttp
import httpx
import pytest
import requests
import tornado.httpclient
import urllib3
from hosts import Ours, ours  # noqa: F401 - a fixture

import tracehop
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.tornado
import tracehop.urllib
import tracehop.urllib3


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
