"""WSGI middleware: each request is served within the context of the trace that it carries."""

from __future__ import annotations

from contextvars import copy_context

from . import _given
from ._current import make_current
from ._tracehop import answer_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextvars import Context
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from ._tracehop import Propagator


class Middleware:
    """Continues the trace of each request; ``tracehop.current()`` is its context, also while the body is sent.

    Where the app answers a CORS preflight, the names that browsers need are added to the allowed ones.
    """

    def __init__(self, app: WSGIApplication, propagator: Propagator) -> None:
        self.app: WSGIApplication = _given.app(app, "a WSGI application")
        self.propagator: Propagator = _given.propagator(propagator)

    def __repr__(self) -> str:
        return f"Middleware({self.app!r}, {self.propagator!r})"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, answer_headers(self.propagator, headers), *exc_info)

        # A context of its own for each request: whatever thread sends which part of the body, requests never mix.
        variables = copy_context()
        variables.run(make_current, self.propagator.continue_trace(environ))
        body = variables.run(self.app, environ, start)
        file_wrapper = environ.get("wsgi.file_wrapper")
        is_file = isinstance(file_wrapper, type) and isinstance(body, file_wrapper)
        return body if is_file or isinstance(body, (list, tuple)) else _Body(body, variables)


class _Body:
    """The app's body; each of its steps runs in the request's own variables."""

    def __init__(self, body: Iterable[bytes], variables: Context) -> None:
        self._body = body
        self._run = variables.run
        self._parts: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._parts is None:
            self._parts = self._run(iter, self._body)
        return self._run(next, self._parts)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            self._run(close)
