"""ASGI middleware: handles each request or websocket within the context of its trace."""

from __future__ import annotations

from . import _given
from ._current import leave_elsewhere, variable
from ._serving import MARK, Serving
from ._tracehop import answer_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from typing import Any, TypeAlias

    from ._tracehop import Propagator, TraceContext

    _Message: TypeAlias = MutableMapping[str, Any]
    _Receive: TypeAlias = Callable[[], Awaitable[_Message]]
    _Send: TypeAlias = Callable[[_Message], Awaitable[None]]
    _App: TypeAlias = Callable[[_Message, _Receive, _Send], Awaitable[None]]

_SERVED = frozenset(("http", "websocket"))
_REQUESTED = b"access-control-request-headers"


class Middleware:
    """Continues the trace of each request; ``tracehop.current()`` is its context, also while the body is sent.

    The context is also in ``scope["tracehop.context"]``. If two middlewares are nested, the outer one handles the
    request.

    - ``transaction_name``: a function of the scope that returns the name for the sampler and the trace.
    - ``trust``: True continues the caller's trace; False, for a public entry point, starts one that is linked to it;
      a function of the scope decides for each request.
    - ``exclude``: paths whose requests get no context (health checks), or a function of the scope that returns true for them.
    - ``on_context``: called with each context, whose ``findings`` report anomalies, and the scope.
    - ``records``: False for a service that records no span: a trusted caller's position is forwarded unchanged, so that
      the next service continues the last recorded span. Without an incoming trace a new one starts.

    A sampler also receives ``asgi_scope`` and ``op``. A function that raises is logged once with its traceback and fails no
    request. A CORS library inside needs no configuration for trace headers: the middleware removes them from the preflight
    that it sees and adds them to its response.
    """

    def __init__(
        self,
        app: _App,
        propagator: Propagator,
        *,
        transaction_name: Callable[[_Message], str | None] | None = None,
        trust: bool | Callable[[_Message], object] = True,
        exclude: Iterable[str] | Callable[[_Message], object] = (),
        on_context: Callable[[TraceContext, _Message], object] | None = None,
        records: bool = True,
    ) -> None:
        self.app: _App = _given.app(app, "an ASGI application")
        self.propagator: Propagator = _given.propagator(propagator)
        self._serving = Serving(propagator, transaction_name, trust, exclude, on_context, "asgi_scope", records)

    def __repr__(self) -> str:
        return f"Middleware({self.app!r}, {self.propagator!r})"

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] not in _SERVED or MARK in scope:
            await self.app(scope, receive, send)
            return
        serving = self._serving
        if serving.has_exclude and serving.excludes(scope.get("path", ""), scope):
            scope[MARK] = None
            await self.app(scope, receive, send)
            return
        context = scope[MARK] = serving.context(scope.get("headers", ()), scope)
        preflight = scope.get("method") == "OPTIONS" and self._hide_names(scope)
        propagator = self.propagator

        def answer(message: _Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                given: Any = message.get("headers", ())
                listed: Any = given if type(given) is list else list(given)  # pyright: ignore[reportUnknownVariableType]
                headers = answer_headers(propagator, listed, preflight)
                if headers is not given:
                    message = {**message, "headers": headers}
            return send(message)

        token = variable.set(context)
        try:
            await self.app(scope, receive, answer)
        finally:
            try:
                variable.reset(token)
            except ValueError:  # Closed by another thread or task.
                leave_elsewhere(token, context)

    def _hide_names(self, scope: _Message) -> bool:
        """Removes tracehop's names from those that a preflight requests; true if there were any."""
        left = [(name, self._left(name, value)) for name, value in scope["headers"]]
        headers = [(name, value) for name, value in left if value is not None]
        hidden = headers != [(name, value) for name, value in scope["headers"]]
        if hidden:
            scope["headers"] = headers
        return hidden

    def _left(self, name: bytes, value: bytes) -> bytes | None:
        if name.lower() != _REQUESTED:
            return value
        requested = value.decode("latin-1")
        left = self._serving.without_ours(requested)
        return left.encode("latin-1") or None
