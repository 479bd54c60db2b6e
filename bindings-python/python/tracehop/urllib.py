"""urllib.request carries the current trace: ``urllib.request.build_opener(tracehop.urllib.Handler(propagator))``.

``urllib.request.install_opener(opener)`` makes ``urlopen`` do so in the whole process.
"""

from __future__ import annotations

import urllib.request
from typing import Any

from . import _given
from ._clients import carry
from ._tracehop import HEADER_NAMES, Propagator

_NAMES = {name.capitalize() for name in HEADER_NAMES}


class Handler(urllib.request.BaseHandler):
    """Adds the current trace to each request as headers that are not redirected; each hop is a request of its own."""

    handler_order = 900
    """After the handlers that set headers, before those that send."""

    def __init__(self, propagator: Propagator) -> None:
        self.propagator: Propagator = _given.propagator(propagator)

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        noted: Any = request
        own = request.unredirected_hdrs
        for name, earlier in getattr(noted, "_tracehop", {}).items():
            del own[name]
            own.update({} if earlier is None else {name: earlier})
        before = {**request.headers, **own}
        headers = dict(before)
        carry(self.propagator, request.full_url, headers, client="urllib")
        # The class spells each name so, and sends none twice.
        written = {name.capitalize(): value for name, value in headers.items()}
        changed = [name for name in _NAMES if written.get(name, "") != before.get(name, "")]
        noted._tracehop = {name: own.get(name) for name in changed}
        own.update({name: written.get(name, "") for name in changed})
        return request

    https_request = http_request
