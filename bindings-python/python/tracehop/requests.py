"""requests carries the current trace: ``tracehop.requests.trace(session, propagator)``.

Each hop of a redirect passes through the adapter with the headers that the caller gave, so none of ours reaches a
host that is no target.
"""

from __future__ import annotations

from typing import Any

import requests
import requests.adapters

from . import _given
from ._clients import carry
from ._tracehop import Propagator


class Adapter(requests.adapters.HTTPAdapter):
    """A transport adapter that adds the current trace to a copy of each request."""

    def __init__(self, propagator: Propagator, **options: Any) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        traced = request.copy()
        carry(self.propagator, traced.url or "", traced.headers)
        return super().send(traced, *args, **options)


def trace(session: requests.Session, propagator: Propagator) -> requests.Session:
    """Mounts the adapter for all requests of a session, and returns it."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, Adapter(propagator))
    return session
