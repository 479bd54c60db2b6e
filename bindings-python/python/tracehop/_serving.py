"""Shared by the middlewares: their options, the context of a request, and browsers' preflights."""

from __future__ import annotations

from sys import modules

from . import _given
from ._callbacks import Callback
from ._current import RECORDERS, is_recorded
from ._sampler import telling, with_told_sampler
from ._writers import tell_of_second_trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping
    from typing import Any, TypeAlias

    from ._tracehop import Propagator, TraceContext

    _Request: TypeAlias = Any  # A WSGI environ or an ASGI scope.

MARK = "tracehop.context"
"""The key of the request's context in an environ or a scope; an inner middleware does nothing if it is set."""


class Serving:
    """The options of a middleware, and their effect on one request.

    - ``transaction_name``: a function of the environ or scope that returns the name for the sampler and the trace.
    - ``trust``: True continues the caller's trace; False, for a public entry point, starts one that is linked to it;
      a function of the environ or scope decides for each request.
    - ``exclude``: paths whose requests get no context (health checks), or a function that returns true for them.
    - ``on_context``: called with each context (and its findings) and the environ or scope.
    - ``records``: False for a service that records no span: a trusted caller's position is adopted and passed on
      unchanged, so that the next service continues the last recorded span.

    A function that raises is logged once with its traceback, and means: no name, no trust, not excluded.
    """

    __slots__ = ("_continue_trace", "_exclude", "_is_plain", "_key", "_name", "_on_context", "_op", "_records", "_trust", "has_exclude", "names", "propagator")

    def __init__(
        self,
        propagator: Propagator,
        transaction_name: Callable[[_Request], str | None] | None,
        trust: bool | Callable[[_Request], object],
        exclude: Iterable[str] | Callable[[_Request], object],
        on_context: Callable[[TraceContext, _Request], object] | None,
        key: str = "request",
        records: bool = True,
        op: str = "http.server",
    ) -> None:
        self.propagator: Propagator = with_told_sampler(_given.propagator(propagator))
        self._continue_trace = self.propagator.continue_trace
        self.names: frozenset[str] = frozenset(propagator.allow_headers().split(", "))
        self._name = Callback.of("transaction_name", transaction_name)
        self._trust = trust if isinstance(trust, bool) else Callback.of("trust", trust, "True, False or a callable")
        self._exclude = Callback("exclude", exclude) if callable(exclude) else _given.paths("exclude", exclude)
        self.has_exclude: bool = bool(self._exclude)
        self._on_context = Callback.of("on_context", on_context)
        self._key = key
        self._op = op
        self._records = _given.switch("records", records)
        has_sampler = self.propagator is not propagator
        self._is_plain = records and trust is True and not (transaction_name or on_context or has_sampler)

    @classmethod
    def of(cls, propagator: Propagator, options: Mapping[str, Any]) -> Serving:
        """Makes one from the options of a middleware by name; each may be left out."""
        given: dict[str, Any] = {"transaction_name": None, "trust": True, "exclude": (), "on_context": None, **options}
        return cls(propagator, **given)

    def excludes(self, path: str, request: _Request) -> bool:
        """True if this request gets no context."""
        if isinstance(self._exclude, Callback):
            return bool(self._exclude(request))
        return path in self._exclude

    def context(self, headers: Any, request: _Request) -> TraceContext | None:
        """Returns the context of a request; None if another library records it."""
        # Conditions, not calls: this is the hot path of a service.
        if RECORDERS and is_recorded():
            return None
        if "sentry_sdk" in modules:
            tell_of_second_trace()
        if self._is_plain:
            return self._continue_trace(headers)
        with telling(self._key, request, self._op):
            return self._told_context(headers, request)

    def _told_context(self, headers: Any, request: _Request) -> TraceContext:
        name = None if self._name is None else self._name(request)
        name = name if isinstance(name, str) else None
        if self._trusts(request):
            adopted = None if self._records else self.propagator.adopt(headers)
            context = adopted or self.propagator.continue_trace(headers, name)
        else:
            context = self.propagator.start_trace(name, link=headers)
        if self._on_context is not None:
            self._on_context(context, request)
        return context

    def _trusts(self, request: _Request) -> bool:
        return self._trust if isinstance(self._trust, bool) else bool(self._trust and self._trust(request))

    def hide_names(self, environ: MutableMapping[str, Any], key: str) -> bool:
        """Removes tracehop's names from those that a preflight requests under this key; true if there were any."""
        requested = environ.get(key)
        if requested is None or (left := self.without_ours(requested)) == requested:
            return False
        environ[key] = left
        if not left:
            del environ[key]
        return True

    def without_ours(self, requested: str) -> str:
        """Returns the names that a preflight requests, without those that tracehop allows."""
        names = requested.split(",")
        left = [name for name in names if name.strip().lower() not in self.names]
        return requested if len(left) == len(names) else ",".join(left).strip()
