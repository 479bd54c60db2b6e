"""What a sampler receives besides the trace: the request that is being served, as Sentry's SDKs name it."""

from __future__ import annotations

from contextvars import ContextVar

from ._tracehop import Propagator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Token
    from typing import Any

_told: ContextVar[dict[str, Any] | None] = ContextVar("tracehop.told", default=None)

OP = "http.server"


class telling:  # noqa: N801 - reads as a verb: `with telling(key, request):`
    """Adds the request, under a key of its kind, to what samplers receive within a block."""

    __slots__ = ("_more", "_token")

    def __init__(self, key: str, request: Any) -> None:
        self._more = {key: request}

    def __enter__(self) -> None:
        self._token: Token[dict[str, Any] | None] = _told.set(self._more)

    def __exit__(self, *_: object) -> None:
        _told.reset(self._token)


class _Sampler:
    """The service's sampler, told more."""

    __slots__ = ("_function",)

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, sampling: dict[str, Any]) -> Any:
        more = _told.get()
        if more is not None:
            sampling = {**sampling, **more}
            sampling["transaction_context"] = {**sampling["transaction_context"], "op": OP}
        return self._function(sampling)


def with_told_sampler(propagator: Propagator) -> Propagator:
    """The same propagator, whose sampler (if any) also receives the request that is being served."""
    _, options = propagator.__getnewargs_ex__()
    sampler = options.get("traces_sampler")
    if sampler is None or isinstance(sampler, _Sampler):
        return propagator
    told: dict[str, Any] = {**options, "traces_sampler": _Sampler(sampler)}
    return Propagator(**told)
