"""One request by each client, which follows redirects."""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Any

import aiohttp
import httpx
import requests

import tracehop
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.tornado
import tracehop.urllib
import tracehop.urllib3


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
    # By default it follows a 303 after a POST, and no 307.
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
