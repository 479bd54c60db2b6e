"""niquests sends the current trace: ``niquests.Session(hooks=tracehop.niquests.hooks(propagator))``.

Each hop of a redirect and each request that is sent again starts from the caller's headers. ``niquests.AsyncSession``
takes the same hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _given
from ._clients import Written, carry, undo
from ._tracehop import Propagator

_WRITTEN = "_tracehop_written"


def hooks(propagator: Propagator) -> dict[str, list[Callable[..., Any]]]:
    """Returns the hooks of a session; add your own to the lists."""
    _given.propagator(propagator)

    def pre_request(request: Any, **_: object) -> Any:
        _take_back(request)
        setattr(request, _WRITTEN, carry(propagator, request.url, request.headers, client="niquests", pairs="lower_items"))
        return request

    def response(response: Any, **_: object) -> Any:
        # The request to a redirect's URL is made from the headers of this one.
        _take_back(response.request)
        return response

    return {"pre_request": [pre_request], "response": [response]}


def _take_back(request: Any) -> None:
    written: Written | None = getattr(request, _WRITTEN, None)
    if written is not None:
        setattr(request, _WRITTEN, None)
        undo(request.headers, written)
