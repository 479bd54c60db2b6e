"""aiohttp, client and server: ``aiohttp.ClientSession(middlewares=[tracehop.aiohttp.middleware(propagator)])`` sends the
current trace, ``aiohttp.web.Application(middlewares=[tracehop.aiohttp.server_middleware(propagator)])`` continues it.

The client needs aiohttp 3.12 or newer. Each hop of a redirect passes through the middleware with the caller's headers, so
no trace header reaches a host that is no target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import aiohttp
import aiohttp.typedefs
from aiohttp import web

from . import _given
from ._clients import carry
from ._current import use
from ._serving import MARK, Serving
from ._tracehop import Propagator, TraceContext
from ._writers import others_write_by

_WRITTEN = "_tracehop_written"
# aiohttp 3.14 warns about a text as key; earlier releases have no other.
_SERVED: Any = web.RequestKey("served", bool) if hasattr(web, "RequestKey") else MARK


def middleware(propagator: Propagator) -> aiohttp.ClientMiddlewareType:
    """Returns a client middleware that adds the current trace to each request."""
    _given.propagator(propagator)

    async def trace(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        # Another middleware may send one request several times.
        earlier = getattr(request, _WRITTEN, None)
        configs = request.session.trace_configs
        if not (configs and others_write_by(started for config in configs for started in config.on_request_start)):
            setattr(request, _WRITTEN, carry(propagator, request.url, request.headers, earlier))
        return await handler(request)

    return trace


def server_middleware(
    propagator: Propagator,
    *,
    transaction_name: Callable[[web.Request], str | None] | None = None,
    trust: bool | Callable[[web.Request], object] = True,
    exclude: Iterable[str] | Callable[[web.Request], object] = (),
    on_context: Callable[[TraceContext, web.Request], object] | None = None,
    records: bool = True,
) -> aiohttp.typedefs.Middleware:
    """Returns a middleware of ``aiohttp.web`` that handles each request and websocket within the context of its trace.

    Place it first: earlier middlewares and the access log run outside of the context. If a sub-application has one too, the
    outer one handles the request. The options are those of :class:`tracehop.asgi.Middleware`; their functions receive
    the request.
    """
    serving = Serving(propagator, transaction_name, trust, exclude, on_context, records=records)

    @web.middleware
    async def trace(request: web.Request, handler: aiohttp.typedefs.Handler) -> web.StreamResponse:
        if _SERVED in request:
            return await handler(request)
        request[_SERVED] = True
        if serving.excludes(request.path, request):
            return await handler(request)
        with use(serving.context(request.headers, request)):
            return await handler(request)

    return trace
