"""Adds the current request to the sampler's argument, under the keys of Sentry's SDKs."""

from __future__ import annotations

from contextvars import ContextVar

from ._tracehop import Propagator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Token
    from typing import Any

_told: ContextVar[tuple[dict[str, Any], str] | None] = ContextVar("tracehop.told", default=None)

class telling:  # noqa: N801 - reads as a verb: `with telling(key, request):`
    """Adds the request, under a key for its kind, and its operation to the sampler's argument within a block."""

    __slots__ = ("_more", "_token")

    def __init__(self, key: str, request: Any, op: str) -> None:
        self._more = {key: request}, op

    def __enter__(self) -> None:
        self._token: Token[tuple[dict[str, Any], str] | None] = _told.set(self._more)

    def __exit__(self, *_: object) -> None:
        _told.reset(self._token)


class _Sampler:
    """The service's sampler, called with the current request too."""

    __slots__ = ("_function",)

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, sampling: dict[str, Any]) -> Any:
        told = _told.get()
        if told is not None:
            request, op = told
            transaction = {**sampling["transaction_context"], "op": op}
            sampling = {**sampling, **request, "transaction_context": transaction}
        return self._function(sampling)


def with_told_sampler(propagator: Propagator) -> Propagator:
    """Returns the same propagator, whose sampler (if any) also receives the current request."""
    _, options = propagator.__getnewargs_ex__()
    sampler = options.get("traces_sampler")
    if sampler is None or isinstance(sampler, _Sampler):
        return propagator
    told: dict[str, Any] = {**options, "traces_sampler": _Sampler(sampler)}
    return Propagator(**told)
