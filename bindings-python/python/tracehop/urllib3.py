"""urllib3 sends the current trace: ``tracehop.urllib3.PoolManager(propagator)`` replaces urllib3's own.

The URL of a redirect is checked again: if it is no target, the trace headers are removed and the caller's headers
are restored.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import urllib3

from . import _given
from ._clients import Written, carry
from ._tracehop import Propagator

# Pool managers follow redirects by calling themselves; this passes what the outer call wrote to the inner one.
_written: ContextVar[Written | None] = ContextVar("tracehop.urllib3.written", default=None)


class PoolManager(urllib3.PoolManager):
    """A pool manager that adds the current trace to a copy of each request's headers."""

    def __init__(self, propagator: Propagator, *arguments: Any, **options: Any) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        super().__init__(*arguments, **options)

    def urlopen(self, method: str, url: str, *arguments: Any, **options: Any) -> urllib3.BaseHTTPResponse:
        given = options.get("headers", self.headers)
        copied: type[Any] = dict if isinstance(given, dict) else urllib3.HTTPHeaderDict
        headers = options["headers"] = copied(given)
        token = _written.set(carry(self.propagator, url, headers, _written.get(), client="urllib3"))
        try:
            return super().urlopen(method, url, *arguments, **options)
        finally:
            _written.reset(token)


class ProxyManager(PoolManager, urllib3.ProxyManager):
    """As :class:`PoolManager`, through a proxy: ``ProxyManager(propagator, "http://proxy:3128")``."""
