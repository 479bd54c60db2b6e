"""aiohttp carries the current trace: ``aiohttp.ClientSession(middlewares=[tracehop.aiohttp.middleware(propagator)])``.

Needs aiohttp 3.12 or newer. Each hop of a redirect passes through the middleware with the headers that the caller
gave, so none of ours reaches a host that is no target.
"""

from __future__ import annotations

import aiohttp

from . import _given
from ._clients import carry
from ._tracehop import Propagator

_WRITTEN = "_tracehop_written"


def middleware(propagator: Propagator) -> aiohttp.ClientMiddlewareType:
    """A client middleware that adds the current trace to each request."""
    _given.propagator(propagator)

    async def trace(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        # Another middleware may send one request several times.
        earlier = getattr(request, _WRITTEN, None)
        setattr(request, _WRITTEN, carry(propagator, str(request.url), request.headers, earlier))
        return await handler(request)

    return trace
