"""ASGI middleware: each request or websocket is served within the context of the trace that it carries."""

from __future__ import annotations

from . import _given
from ._current import use
from ._tracehop import answer_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any, TypeAlias

    from ._tracehop import Propagator

    _Message: TypeAlias = MutableMapping[str, Any]
    _Receive: TypeAlias = Callable[[], Awaitable[_Message]]
    _Send: TypeAlias = Callable[[_Message], Awaitable[None]]
    _App: TypeAlias = Callable[[_Message, _Receive, _Send], Awaitable[None]]


class Middleware:
    """Continues the trace of each request; ``tracehop.current()`` is its context, also while the body is sent.

    Where the app answers a CORS preflight, the names that browsers need are added to the allowed ones.
    """

    def __init__(self, app: _App, propagator: Propagator) -> None:
        self.app: _App = _given.app(app, "an ASGI application")
        self.propagator: Propagator = _given.propagator(propagator)

    def __repr__(self) -> str:
        return f"Middleware({self.app!r}, {self.propagator!r})"

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def answer(message: _Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                message = {**message, "headers": answer_headers(self.propagator, headers)}
            await send(message)

        with use(self.propagator.continue_trace(scope.get("headers", ()))):
            await self.app(scope, receive, answer)
