"""urllib3 carries the current trace: ``tracehop.urllib3.PoolManager(propagator)`` in place of urllib3's own.

A redirect is a request of its own: where its URL is no target, the headers of the trace are taken off again, and those
of the caller come back.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import urllib3

from . import _given
from ._clients import Written, carry
from ._tracehop import Propagator

# Pool managers follow redirects by calling themselves; this tells the inner call what was written for the outer one.
_written: ContextVar[Written | None] = ContextVar("tracehop.urllib3.written", default=None)


class PoolManager(urllib3.PoolManager):
    """A pool manager that adds the current trace to each request; the caller's headers are never edited."""

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
