"""Django handles each request within the context of its trace: ``"tracehop.django.Middleware"`` first in ``MIDDLEWARE``.

The setting ``TRACEHOP_PROPAGATOR`` is the propagator of this service, and ``TRACEHOP_MIDDLEWARE`` a dict of the
options of :class:`tracehop.wsgi.Middleware`; their functions receive the ``HttpRequest``. Sync and async.

Views, middlewares after this one, exception handlers and streamed bodies run within the context; middlewares before
it, the server's access log and the ``request_finished`` signal do not: :class:`tracehop.wsgi.Middleware` or
:class:`tracehop.asgi.Middleware` around the application covers these too.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django import conf  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]

from ._current import use
from ._serving import MARK, Serving
from ._steps import async_steps, steps
from ._tracehop import Propagator, TraceContext, answer_headers
from .wsgi import REQUESTED


class Middleware:
    """Continues the trace of each request; ``tracehop.current()`` is its context, also while the body is sent."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        propagator = getattr(conf.settings, "TRACEHOP_PROPAGATOR", None)
        if not isinstance(propagator, Propagator):
            raise ImproperlyConfigured("set TRACEHOP_PROPAGATOR = tracehop.Propagator(...) in the settings")
        self.get_response: Callable[[Any], Any] = get_response
        self._serving = Serving.of(propagator, getattr(conf.settings, "TRACEHOP_MIDDLEWARE", {}))
        self._is_async = bool(iscoroutinefunction(get_response))  # pyright: ignore[reportDeprecated] - it knows Django's marks
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        outer: Any = getattr(request, "scope", None) or request.META
        if MARK in outer or MARK in request.META:
            return self.get_response(request)
        if self._serving.excludes(request.path, request):
            request.META[MARK] = None
            return self.get_response(request)
        context = request.META[MARK] = self._serving.context(request.META, request)
        preflight = request.method == "OPTIONS" and self._serving.hide_names(request.META, REQUESTED)
        if self._is_async:
            return self._answer(request, context, preflight)
        with use(context):
            return self._traced(self.get_response(request), context, preflight)

    async def _answer(self, request: Any, context: TraceContext | None, preflight: bool) -> Any:
        with use(context):
            answer: Awaitable[Any] = self.get_response(request)
            return self._traced(await answer, context, preflight)

    def _traced(self, response: Any, context: TraceContext | None, preflight: bool) -> Any:
        given = list(response.items())
        for name, value in answer_headers(self._serving.propagator, given, preflight):
            response[name] = value
        if getattr(response, "streaming", False) and not hasattr(response, "file_to_stream"):
            made = async_steps if response.is_async else steps
            response.streaming_content = made(response.streaming_content, context)
        return response
