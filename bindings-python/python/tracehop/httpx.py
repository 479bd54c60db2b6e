"""httpx sends the current trace: ``httpx.Client(event_hooks=tracehop.httpx.hooks(propagator))``.

Use :func:`async_hooks` for ``httpx.AsyncClient``. For a redirect, a retry and a request that is sent again, the earlier
trace headers are removed, the caller's are restored, and the URL is checked again. If you cannot set a client's hooks,
wrap its transport: ``httpx.Client(transport=tracehop.httpx.Transport(propagator))``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from . import _given
from ._clients import carry, plan, write
from ._tracehop import Propagator

# A redirected request shares the extensions of the previous one.
_WRITTEN = "tracehop.written"


def hooks(propagator: Propagator) -> dict[str, list[Callable[[httpx.Request], None]]]:
    """Returns the event hooks of a client; add your own to the lists."""
    _given.propagator(propagator)

    def request(request: httpx.Request) -> None:
        earlier = request.extensions.get(_WRITTEN)
        request.extensions[_WRITTEN] = carry(propagator, request.url, request.headers, earlier, client="httpx", pairs="raw")

    return {"request": [request]}


def async_hooks(propagator: Propagator) -> dict[str, list[Callable[[httpx.Request], Awaitable[None]]]]:
    """Returns the event hooks of an async client; add your own to the lists."""
    (inject,) = hooks(propagator)["request"]

    async def request(request: httpx.Request) -> None:
        inject(request)

    return {"request": [request]}


class Transport(httpx.BaseTransport):
    """A transport that adds the current trace to a copy of each request, and sends it by another transport.

    ``transport`` is ``httpx.HTTPTransport()`` by default. A transport given to a client replaces the one that the client's
    own ``verify``, ``cert``, ``http2`` and ``limits`` would configure: pass these to the inner transport.
    """

    def __init__(self, propagator: Propagator, transport: httpx.BaseTransport | None = None) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        self.transport: httpx.BaseTransport = httpx.HTTPTransport() if transport is None else transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.transport.handle_request(_traced(self.propagator, request))

    def close(self) -> None:
        self.transport.close()


class AsyncTransport(httpx.AsyncBaseTransport):
    """As :class:`Transport`, for ``httpx.AsyncClient``."""

    def __init__(self, propagator: Propagator, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        self.transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport() if transport is None else transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.transport.handle_async_request(_traced(self.propagator, request))

    async def aclose(self) -> None:
        await self.transport.aclose()


def _traced(propagator: Propagator, request: httpx.Request) -> httpx.Request:
    written = plan(propagator, request.url, request.headers, client="httpx", pairs="raw")
    if written is None:
        return request
    stream: Any = request.stream
    traced = httpx.Request(
        request.method, request.url, headers=request.headers, stream=stream, extensions=request.extensions
    )
    write(traced.headers, written)
    return traced
