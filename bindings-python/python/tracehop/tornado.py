"""Tornado, server and client: ``HTTPServer(tracehop.tornado.Middleware(application, propagator))`` and :class:`AsyncHTTPClient`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import tornado.httpclient
import tornado.httputil
import tornado.simple_httpclient

from . import _given
from ._clients import carry
from ._current import use
from ._serving import Serving
from ._tracehop import Propagator, TraceContext


class Middleware(tornado.httputil.HTTPServerConnectionDelegate):
    """Wraps an ``Application`` or ``Router`` for an ``HTTPServer``, with the options of the other middlewares.

    Handlers from ``prepare`` to ``on_finish``, and the access log, run within the context. The functions among the
    options receive the start line of the request (``method``, ``path``, ``version``); its path includes the query.
    """

    def __init__(
        self,
        app: tornado.httputil.HTTPServerConnectionDelegate,
        propagator: Propagator,
        *,
        transaction_name: Callable[[tornado.httputil.RequestStartLine], str | None] | None = None,
        trust: bool | Callable[[tornado.httputil.RequestStartLine], object] = True,
        exclude: Iterable[str] | Callable[[tornado.httputil.RequestStartLine], object] = (),
        on_context: Callable[[TraceContext, tornado.httputil.RequestStartLine], object] | None = None,
        records: bool = True,
    ) -> None:
        self.app: tornado.httputil.HTTPServerConnectionDelegate = app
        self.propagator: Propagator = _given.propagator(propagator)
        self._serving = Serving(propagator, transaction_name, trust, exclude, on_context, records=records)

    def start_request(
        self, server_conn: object, request_conn: tornado.httputil.HTTPConnection
    ) -> tornado.httputil.HTTPMessageDelegate:
        return _Request(self.app.start_request(server_conn, request_conn), self._serving)

    def on_close(self, server_conn: object) -> None:
        self.app.on_close(server_conn)


class _Request(tornado.httputil.HTTPMessageDelegate):
    """One request; one of these calls creates the task of its handler, which inherits the context."""

    def __init__(self, inner: tornado.httputil.HTTPMessageDelegate, serving: Serving) -> None:
        self._inner, self._serving = inner, serving
        self._context: TraceContext | None = None

    def headers_received(
        self,
        start_line: tornado.httputil.RequestStartLine | tornado.httputil.ResponseStartLine,
        headers: tornado.httputil.HTTPHeaders,
    ) -> Awaitable[None] | None:
        path, _, _ = getattr(start_line, "path", "").partition("?")
        if not self._serving.excludes(path, start_line):
            self._context = self._serving.context(list(headers.get_all()), start_line)
        with use(self._context):
            return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        with use(self._context):
            return self._inner.data_received(chunk)

    def finish(self) -> None:
        with use(self._context):
            self._inner.finish()

    def on_connection_close(self) -> None:
        with use(self._context):
            self._inner.on_connection_close()


class AsyncHTTPClient(tornado.simple_httpclient.SimpleAsyncHTTPClient):
    """Tornado's client with the current trace; make it the default of ``tornado.httpclient.AsyncHTTPClient()`` by:

    ``tornado.httpclient.AsyncHTTPClient.configure(tracehop.tornado.AsyncHTTPClient, propagator=propagator)``

    The URL of a redirect is checked again. The implementation by pycurl follows redirects itself: with it, inject by hand
    and set ``follow_redirects=False``.
    """

    propagator: Propagator

    def initialize(self, propagator: Propagator, **options: Any) -> None:  # type: ignore[override]
        self.propagator = _given.propagator(propagator)
        super().initialize(**options)

    def fetch_impl(
        self,
        request: tornado.httpclient.HTTPRequest,
        callback: Callable[[tornado.httpclient.HTTPResponse], None],
    ) -> None:
        own: Any = getattr(request, "request", request)
        # The request to a redirect's URL is a copy of this one.
        own._tracehop = carry(self.propagator, own.url, own.headers, getattr(own, "_tracehop", None))
        super().fetch_impl(request, callback)
