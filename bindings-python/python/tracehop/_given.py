"""Checks of arguments: a wrong type raises TypeError with one sentence that names the argument."""

from __future__ import annotations

from ._tracehop import Propagator, TraceContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def propagator(given: object) -> Propagator:
    """Checks a propagator."""
    if not isinstance(given, Propagator):
        raise TypeError(f"propagator must be a Propagator, not {type(given).__name__}")
    return given


def app(given: Any, kind: str) -> Any:
    """Checks an application, which must be callable."""
    if callable(given):
        return given
    raise TypeError(f"app must be {kind}, not {type(given).__name__}")


def context(given: object) -> TraceContext | None:
    """Checks a context or None."""
    if given is not None and not isinstance(given, TraceContext):
        raise TypeError(f"context must be a TraceContext or None, not {type(given).__name__}")
    return given


def server_url(given: object) -> str:
    """Checks the URL of a server, and returns it without a slash at its end."""
    if not isinstance(given, str):
        raise TypeError(f"url must be a str, not {type(given).__name__}")
    if "://" not in given:
        raise ValueError(f"url must be the server's URL with its scheme, such as 'https://api.myapp.com:50051', not {given!r}")
    return given.rstrip("/")


def switch(option: str, given: object) -> bool:
    """Checks a boolean."""
    if not isinstance(given, bool):
        raise TypeError(f"{option} must be True or False, not {type(given).__name__}")
    return given


def paths(option: str, given: object) -> frozenset[str]:
    """Checks a list of paths; a single text is refused, because iterating it would give characters."""
    items: Any = () if isinstance(given, (str, bytes)) else given
    if isinstance(given, (str, bytes)) or not all(isinstance(item, str) for item in items):
        raise TypeError(f"{option} must be a list of paths or a callable, not {given!r}")
    return frozenset(items)
