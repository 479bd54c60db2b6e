"""The results of the header objects of Python's frameworks, in the form of tracehop's echo."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import django.conf
import django.core.asgi
import django.core.wsgi
import django.http
import flask
import starlette.applications
import starlette.responses
import starlette.routing

NAMES = ("sentry-trace", "baggage")


def echo(method: str, lines_of: Callable[[str], list[Any]]) -> dict[str, Any]:
    """Returns the body; ``lines_of`` returns the framework's result for a name, which may be None."""
    lines = {name: [line for line in lines_of(name) if line is not None] for name in NAMES}
    return {"tracehop-echo": {"id": secrets.token_hex(8), "method": method, "headers": {name: line for name, line in lines.items() if line}}}


flask_get = flask.Flask(__name__)


@flask_get.route("/<path:path>")
def flask_answer(path: str) -> dict[str, Any]:
    return echo("GET", lambda name: [flask.request.headers.get(name)])


async def starlette_answer(request: Any) -> Any:
    return starlette.responses.JSONResponse(echo("GET", lambda name: [request.headers.get(name)]))


async def starlette_answer_list(request: Any) -> Any:
    return starlette.responses.JSONResponse(echo("GET", request.headers.getlist))


starlette_get = starlette.applications.Starlette(routes=[starlette.routing.Route("/{path:path}", starlette_answer)])
starlette_getlist = starlette.applications.Starlette(routes=[starlette.routing.Route("/{path:path}", starlette_answer_list)])


def django_answer(request: Any, path: str) -> Any:
    response = django.http.JsonResponse(echo("GET", lambda name: [request.headers.get(name)]))
    # Otherwise a long body is chunked.
    response["Content-Length"] = len(response.content)
    return response


django.conf.settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
django_wsgi = django.core.wsgi.get_wsgi_application()
django_asgi = django.core.asgi.get_asgi_application()

from django.urls import re_path  # noqa: E402

urlpatterns = [re_path("(?P<path>.*)", django_answer)]
