"""WSGI middleware: handles each request within the context of its trace."""

from __future__ import annotations

from . import _given
from ._current import leave_elsewhere, use, variable
from ._serving import MARK, Serving
from ._tracehop import answer_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from ._tracehop import Propagator, TraceContext

REQUESTED = "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"


class Middleware:
    """Continues the trace of each request; ``tracehop.current()`` is its context, also while the body is sent.

    The app runs in the server's own context variables, so values that libraries set there for a thread persist. The context
    is also in ``environ["tracehop.context"]``. If two middlewares are nested, the outer one handles the request.

    - ``transaction_name``: a function of the environ that returns the name for the sampler and the trace.
    - ``trust``: True continues the caller's trace; False, for a public entry point, starts one that is linked to it;
      a function of the environ decides for each request.
    - ``exclude``: paths whose requests get no context (health checks), or a function of the environ that returns true for them.
    - ``on_context``: called with each context, whose ``findings`` report anomalies, and the environ.
    - ``records``: False for a service that records no span: a trusted caller's position is forwarded unchanged, so that
      the next service continues the last recorded span. Without an incoming trace a new one starts.

    A sampler also receives ``wsgi_environ`` and ``op``. A function that raises is logged once with its traceback and fails no
    request. A CORS library inside needs no configuration for trace headers: the middleware removes them from the preflight
    that it sees and adds them to its response.
    """

    def __init__(
        self,
        app: WSGIApplication,
        propagator: Propagator,
        *,
        transaction_name: Callable[[WSGIEnvironment], str | None] | None = None,
        trust: bool | Callable[[WSGIEnvironment], object] = True,
        exclude: Iterable[str] | Callable[[WSGIEnvironment], object] = (),
        on_context: Callable[[TraceContext, WSGIEnvironment], object] | None = None,
        records: bool = True,
    ) -> None:
        self.app: WSGIApplication = _given.app(app, "a WSGI application")
        self.propagator: Propagator = _given.propagator(propagator)
        self._serving = Serving(propagator, transaction_name, trust, exclude, on_context, "wsgi_environ", records)

    def __repr__(self) -> str:
        return f"Middleware({self.app!r}, {self.propagator!r})"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if MARK in environ:
            return self.app(environ, start_response)
        serving = self._serving
        if serving.has_exclude and serving.excludes(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), environ):
            environ[MARK] = None
            return self.app(environ, start_response)
        preflight = environ.get("REQUEST_METHOD") == "OPTIONS" and serving.hide_names(environ, REQUESTED)
        propagator = self.propagator

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, answer_headers(propagator, headers, preflight), *exc_info)

        context = environ[MARK] = serving.context(environ, environ)
        token = variable.set(context)
        try:
            body = self.app(environ, start)
        finally:
            try:
                variable.reset(token)
            except ValueError:  # Closed by another thread or task.
                leave_elsewhere(token, context)
        if isinstance(body, (list, tuple)):
            return body
        file_wrapper = environ.get("wsgi.file_wrapper")
        is_file = isinstance(file_wrapper, type) and isinstance(body, file_wrapper)
        return body if is_file else _Body(body, context)


class _Body:
    """The app's body; each step runs within the request's context, and restores the server's."""

    __slots__ = ("_body", "_context", "_parts")

    def __init__(self, body: Iterable[bytes], context: TraceContext | None) -> None:
        self._body = body
        self._context: TraceContext | None = context
        self._parts: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        token = variable.set(self._context)
        try:
            if self._parts is None:
                self._parts = iter(self._body)
            return next(self._parts)
        finally:
            # A generator may be within its own block between two steps.
            self._context = variable.get()
            variable.reset(token)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            with use(self._context):
                close()
