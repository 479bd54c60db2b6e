"""What the clients share: the current trace into a request, and out of a redirect that leaves its targets."""

from __future__ import annotations

from typing import Any

from ._current import current
from ._tracehop import Propagator, strip


def carry(propagator: Propagator, url: str, headers: Any, was_added: bool = False) -> bool:
    """Adds the current trace to a request; ``was_added`` says that a redirect brought ours along.

    Returns whether the request carries ours now. What the caller set by hand is never removed.
    """
    if was_added and not propagator.allows(url):
        strip(headers)
        return False
    context = current()
    if context is None:
        return was_added
    return bool(propagator.inject(context, url, headers)) or was_added
