"""urllib3 carries the current trace: ``tracehop.urllib3.PoolManager(propagator)`` in place of urllib3's own.

A redirect is a request of its own: where its URL is no target, the headers of the trace are taken off again.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import urllib3

from . import _given
from ._clients import carry
from ._tracehop import Propagator

# Pool managers follow redirects by calling themselves; this tells the inner call that ours came along.
_added: ContextVar[bool] = ContextVar("tracehop.urllib3.added", default=False)


class PoolManager(urllib3.PoolManager):
    """A pool manager that adds the current trace to each request; the caller's headers are never edited."""

    def __init__(self, propagator: Propagator, *arguments: Any, **options: Any) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        super().__init__(*arguments, **options)

    def urlopen(self, method: str, url: str, *arguments: Any, **options: Any) -> urllib3.BaseHTTPResponse:
        headers = urllib3.HTTPHeaderDict(options.get("headers", self.headers))
        options["headers"] = headers
        token = _added.set(carry(self.propagator, url, headers, _added.get()))
        try:
            return super().urlopen(method, url, *arguments, **options)
        finally:
            _added.reset(token)
