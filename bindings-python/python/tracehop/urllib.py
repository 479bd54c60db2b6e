"""urllib.request sends the current trace: ``urllib.request.build_opener(tracehop.urllib.Handler(propagator))``.

With ``urllib.request.install_opener(opener)``, ``urlopen`` does so in the whole process.
"""

from __future__ import annotations

import urllib.request
from typing import Any

from . import _given
from ._clients import plan
from ._tracehop import Propagator


class Handler(urllib.request.BaseHandler):
    """Adds the current trace to each request as headers that are not redirected; the URL of each hop is checked again."""

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
        written = plan(self.propagator, request.full_url, {**request.headers, **own}, client="urllib")
        _, changes = written or ({}, {})
        # The class capitalizes names, and sends none twice.
        spelt = {name.capitalize(): value for name, value in changes.items()}
        noted._tracehop = {name: own.get(name) for name in spelt}
        own.update(spelt)
        return request

    https_request = http_request
