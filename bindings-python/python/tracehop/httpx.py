"""httpx carries the current trace: ``httpx.Client(event_hooks=tracehop.httpx.hooks(propagator))``.

Use :func:`async_hooks` for ``httpx.AsyncClient``. A redirect is a request of its own: where its URL is no target,
the headers of the trace are taken off again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from . import _given
from ._clients import carry
from ._tracehop import Propagator

# A redirected request shares the extensions of the one before.
_ADDED = "tracehop.added"


def hooks(propagator: Propagator) -> dict[str, list[Callable[[httpx.Request], None]]]:
    """The event hooks of a client; add your own to the lists."""
    _given.propagator(propagator)

    def request(request: httpx.Request) -> None:
        was_added = bool(request.extensions.get(_ADDED))
        request.extensions[_ADDED] = carry(propagator, str(request.url), request.headers, was_added)

    return {"request": [request]}


def async_hooks(propagator: Propagator) -> dict[str, list[Callable[[httpx.Request], Awaitable[None]]]]:
    """The event hooks of an async client; add your own to the lists."""
    (inject,) = hooks(propagator)["request"]

    async def request(request: httpx.Request) -> None:
        inject(request)

    return {"request": [request]}
