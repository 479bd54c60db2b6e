"""requests sends the current trace: ``tracehop.requests.trace(session, propagator)``.

The session keeps its adapters: each request passes through the one that is mounted for its URL, with its retries,
pool and certificates, whether it was mounted before or is mounted later. Each hop of a redirect starts from the
caller's headers, so no trace header reaches a host that is no target.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import requests
import requests.adapters

from . import _given
from ._clients import Written, plan, undo, write
from ._tracehop import Propagator


class Adapter(requests.adapters.BaseAdapter):
    """A transport adapter that adds the current trace to a copy of each request, and sends it by another adapter.

    ``adapter`` is a new ``requests.adapters.HTTPAdapter`` by default; its attributes are readable here too.
    """

    def __init__(self, propagator: Propagator, adapter: requests.adapters.BaseAdapter | None = None) -> None:
        super().__init__()
        self.propagator: Propagator = _given.propagator(propagator)
        self.adapter: requests.adapters.BaseAdapter = requests.adapters.HTTPAdapter() if adapter is None else adapter

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "adapter":  # Not yet set during unpickling.
            raise AttributeError(name)
        return getattr(self.adapter, name)

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        if isinstance(request, _Sent):
            request = request.copy()
        written = plan(self.propagator, request.url or "", request.headers, client="requests", pairs="lower_items")
        if written is not None:
            request = _Sent(request, written)
        response: Any = self.adapter.send(request, *arguments, **options)
        response.connection = self  # An authentication handler sends the next request by it.
        return response  # type: ignore[no-any-return]

    def close(self) -> None:
        self.adapter.close()


class _Sent(requests.PreparedRequest):
    """The request that is sent, with its own headers; a copy of it, to be sent again, is the caller's request."""

    def __init__(self, request: requests.PreparedRequest, written: Written) -> None:
        vars(self).update(vars(request), headers=request.headers.copy(), written=written)
        write(self.headers, written)

    def copy(self) -> requests.PreparedRequest:
        copied = super().copy()
        undo(copied.headers, vars(self)["written"])
        return copied


class _Adapters(OrderedDict[str, requests.adapters.BaseAdapter]):
    """The adapters of a session, each wrapped when it is mounted."""

    propagator: Propagator

    def __setitem__(self, prefix: str, adapter: requests.adapters.BaseAdapter) -> None:
        traced = adapter if isinstance(adapter, Adapter) else Adapter(self.propagator, adapter)
        super().__setitem__(prefix, traced)


def trace(session: requests.Session, propagator: Propagator) -> requests.Session:
    """Makes all requests of a session carry the trace, through its own adapters, and returns the session."""
    adapters = _Adapters()
    adapters.propagator = _given.propagator(propagator)
    for prefix, adapter in session.adapters.items():
        adapters[prefix] = adapter.adapter if isinstance(adapter, Adapter) else adapter
    session.adapters = adapters
    return session
