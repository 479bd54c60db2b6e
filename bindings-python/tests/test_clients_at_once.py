"""One client shared by many threads or tasks: each request carries the trace of its sender."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import httpx
import pytest
import requests
from hosts import Ours, ours  # noqa: F401 - a fixture

import tracehop
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.tornado
import tracehop.urllib
import tracehop.urllib3

AT_ONCE, REQUESTS = 8, 64
Send = Callable[[str, dict[str, str]], object]
AsyncSend = Callable[[str, dict[str, str]], Awaitable[object]]


@contextmanager
def by_requests(propagator: tracehop.Propagator) -> Iterator[Send]:
    with tracehop.requests.trace(requests.Session(), propagator) as session:
        session.trust_env = False
        yield lambda url, headers: session.get(url, headers=headers).raise_for_status()


@contextmanager
def by_httpx(propagator: tracehop.Propagator) -> Iterator[Send]:
    with httpx.Client(event_hooks=tracehop.httpx.hooks(propagator), trust_env=False) as client:
        yield lambda url, headers: client.get(url, headers=headers).raise_for_status()


@contextmanager
def by_httpx_transport(propagator: tracehop.Propagator) -> Iterator[Send]:
    with httpx.Client(transport=tracehop.httpx.Transport(propagator), trust_env=False) as client:
        yield lambda url, headers: client.get(url, headers=headers).raise_for_status()


@contextmanager
def by_urllib3(propagator: tracehop.Propagator) -> Iterator[Send]:
    with tracehop.urllib3.PoolManager(propagator, maxsize=AT_ONCE) as pool:
        yield lambda url, headers: pool.request("GET", url, headers=headers)


@contextmanager
def by_urllib(propagator: tracehop.Propagator) -> Iterator[Send]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), tracehop.urllib.Handler(propagator))
    yield lambda url, headers: opener.open(urllib.request.Request(url, headers=headers)).close()


@asynccontextmanager
async def by_async_httpx(propagator: tracehop.Propagator) -> AsyncIterator[AsyncSend]:
    hooks: Any = tracehop.httpx.async_hooks(propagator)
    async with httpx.AsyncClient(event_hooks=hooks, trust_env=False) as client:
        yield lambda url, headers: client.get(url, headers=headers)


@asynccontextmanager
async def by_async_httpx_transport(propagator: tracehop.Propagator) -> AsyncIterator[AsyncSend]:
    async with httpx.AsyncClient(transport=tracehop.httpx.AsyncTransport(propagator), trust_env=False) as client:
        yield lambda url, headers: client.get(url, headers=headers)


@asynccontextmanager
async def by_aiohttp(propagator: tracehop.Propagator) -> AsyncIterator[AsyncSend]:
    async with aiohttp.ClientSession(middlewares=[tracehop.aiohttp.middleware(propagator)]) as session:

        async def send(url: str, headers: dict[str, str]) -> None:
            async with session.get(url, headers=headers) as answer:
                await answer.read()

        yield send


@asynccontextmanager
async def by_tornado(propagator: tracehop.Propagator) -> AsyncIterator[AsyncSend]:
    client = tracehop.tornado.AsyncHTTPClient(force_instance=True, propagator=propagator)
    yield lambda url, headers: client.fetch(url, headers=headers)
    client.close()


def orders(ours: Ours) -> list[tuple[dict[str, str], tracehop.TraceContext]]:
    """Returns the baggage of each request, and the trace of its sender."""
    return [({"baggage": f"order={number}"}, ours.propagator.start_trace()) for number in range(REQUESTS)]


def assert_each_carries_its_own(ours: Ours, sent: list[tuple[dict[str, str], tracehop.TraceContext]]) -> None:
    expected = {(headers["baggage"], context.sentry_trace) for headers, context in sent}
    assert {(seen["baggage"].split(",")[0], seen["sentry-trace"]) for seen in ours.at_target.seen} == expected
    assert len(ours.at_target.seen) == REQUESTS


@pytest.mark.parametrize("shared", [by_requests, by_httpx, by_httpx_transport, by_urllib3, by_urllib])
def test_threads_that_share_a_client_carry_their_own_traces(
    ours: Ours, shared: Callable[[tracehop.Propagator], AbstractContextManager[Send]]
) -> None:
    sent = orders(ours)
    with shared(ours.propagator) as send, ThreadPoolExecutor(AT_ONCE) as threads:

        def one(order: tuple[dict[str, str], tracehop.TraceContext]) -> None:
            with tracehop.use(order[1]):
                send(ours.target, order[0])

        list(threads.map(one, sent))
    assert_each_carries_its_own(ours, sent)


@pytest.mark.parametrize("shared", [by_async_httpx, by_async_httpx_transport, by_aiohttp, by_tornado])
def test_tasks_that_share_a_client_carry_their_own_traces(
    ours: Ours, shared: Callable[[tracehop.Propagator], AbstractAsyncContextManager[AsyncSend]]
) -> None:
    sent = orders(ours)

    async def run() -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        async with shared(ours.propagator) as send:

            async def one(headers: dict[str, str], context: tracehop.TraceContext) -> None:
                async with turns:
                    with tracehop.use(context):
                        await send(ours.target, headers)

            await asyncio.gather(*(one(*order) for order in sent))

    asyncio.run(run())
    assert_each_carries_its_own(ours, sent)
