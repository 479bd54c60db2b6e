"""Small applications in real frameworks; each responds with the ids of its current context."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp.web
import django.conf
import django.core.cache
import django.core.handlers.asgi
import django.core.handlers.wsgi
import django.http
import django.test
import django.urls
import fastapi
import flask
import flask_cors
import litestar
import litestar.middleware
import litestar.response
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing
import tornado.web
from starlette.middleware.cors import CORSMiddleware

import tracehop
import tracehop.aiohttp
import tracehop.tornado

PROPAGATOR = tracehop.Propagator(public_key="key")


def told() -> str:
    """The current trace and its parent, as the response of every app."""
    context = tracehop.current()
    return f"{context.trace_id}-{context.parent_span_id}" if context else "no context"


def parts() -> Iterator[str]:
    """A body that is generated while it is sent."""
    for _ in range(3):
        time.sleep(0.001)
        yield told() + "\n"


async def async_parts() -> AsyncIterator[str]:
    for _ in range(3):
        await asyncio.sleep(0.001)
        yield told() + "\n"


class Held:
    """Applications whose responses all pause half sent until a given number of them has paused."""

    def __init__(self, count: int) -> None:
        self.all_here = threading.Barrier(count)
        self.missing = count
        self.none_missing = asyncio.Event()

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield told().encode() + b"\n"
        self.all_here.wait(60)
        yield told().encode()

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": told().encode() + b"\n", "more_body": True})
        self.missing -= 1
        if not self.missing:
            self.none_missing.set()
        await asyncio.wait_for(self.none_missing.wait(), 60)
        await send({"type": "http.response.body", "body": told().encode()})


flask_app = flask.Flask("flask_app")


flask_cors.CORS(flask_app, origins=["https://page.test"], allow_headers=["x-mine"])


@flask_app.get("/")
def flask_plain() -> str:
    return told()


@flask_app.get("/stream")
def flask_stream() -> flask.Response:
    return flask.Response(parts())


@flask_app.get("/fails")
def flask_fails() -> str:
    raise RuntimeError("the app fails")


def django_plain(request: django.http.HttpRequest) -> django.http.HttpResponse:
    return django.http.HttpResponse(told())


def django_stream(request: django.http.HttpRequest) -> django.http.StreamingHttpResponse:
    return django.http.StreamingHttpResponse(async_parts() if hasattr(request, "scope") else parts())


def django_cached(request: django.http.HttpRequest) -> django.http.HttpResponse:
    return django.http.HttpResponse(django.core.cache.cache.get_or_set("key", told))


async def django_async(request: django.http.HttpRequest) -> django.http.HttpResponse:
    await asyncio.sleep(0)
    return django.http.HttpResponse(told())


urlpatterns = [
    django.urls.path("", django_plain),
    django.urls.path("stream", django_stream),
    django.urls.path("cached", django_cached),
    django.urls.path("async", django_async),
]
if not django.conf.settings.configured:
    django.conf.settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="test", TRACEHOP_PROPAGATOR=PROPAGATOR
    )
django.setup(set_prefix=False)
django_app = django.core.handlers.wsgi.WSGIHandler()
with django.test.override_settings(MIDDLEWARE=["tracehop.django.Middleware"]):
    django_by_class = django.core.handlers.wsgi.WSGIHandler()
    django_async_by_class = django.core.handlers.asgi.ASGIHandler()


async def starlette_plain(request: starlette.requests.Request) -> starlette.responses.Response:
    await asyncio.sleep(0)
    return starlette.responses.PlainTextResponse(told())


async def starlette_stream(request: starlette.requests.Request) -> starlette.responses.Response:
    return starlette.responses.StreamingResponse(async_parts())


starlette_app = starlette.applications.Starlette(
    routes=[
        starlette.routing.Route("/", starlette_plain),
        starlette.routing.Route("/stream", starlette_stream),
    ]
)
starlette_app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["x-mine"])

fastapi_app = fastapi.FastAPI()
# Starlette responds to names that are not listed with an error; trace headers are not listed.
fastapi_app.add_middleware(
    CORSMiddleware, allow_origins=["https://page.test"], allow_credentials=True, allow_headers=["x-mine"]
)


@fastapi_app.get("/")
async def fastapi_plain() -> fastapi.Response:
    return fastapi.Response(told())


@fastapi_app.get("/stream")
def fastapi_stream() -> Any:
    """A plain function and a plain iterator: FastAPI runs both in threads."""
    return starlette.responses.StreamingResponse(parts())


@litestar.get("/", media_type="text/plain")
async def litestar_plain() -> str:
    return told()


@litestar.get("/stream", media_type="text/plain")
async def litestar_stream() -> litestar.response.Stream:
    return litestar.response.Stream(async_parts())


litestar_traced = litestar.Litestar(
    [litestar_plain, litestar_stream],
    middleware=[litestar.middleware.DefineMiddleware(tracehop.asgi.Middleware, propagator=PROPAGATOR)],
)


async def aiohttp_plain(request: aiohttp.web.Request) -> aiohttp.web.Response:
    await asyncio.sleep(0)
    return aiohttp.web.Response(text=told())


async def aiohttp_stream(request: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
    response = aiohttp.web.StreamResponse()
    await response.prepare(request)
    async for part in async_parts():
        await response.write(part.encode())
    return response


def aiohttp_app(**options: Any) -> aiohttp.web.Application:
    app = aiohttp.web.Application(middlewares=[tracehop.aiohttp.server_middleware(PROPAGATOR, **options)])
    app.add_routes([aiohttp.web.get("/", aiohttp_plain), aiohttp.web.get("/stream", aiohttp_stream)])
    return app


class TornadoPlain(tornado.web.RequestHandler):
    async def get(self) -> None:
        await asyncio.sleep(0)
        self.finish(told())


class TornadoStream(tornado.web.RequestHandler):
    async def get(self) -> None:
        async for part in async_parts():
            self.write(part)
            await self.flush()


def tornado_app(**options: Any) -> tracehop.tornado.Middleware:
    app = tornado.web.Application([("/", TornadoPlain), ("/stream", TornadoStream)], log_function=lambda handler: None)
    return tracehop.tornado.Middleware(app, PROPAGATOR, **options)


flask_traced = tracehop.wsgi.Middleware(flask_app, PROPAGATOR)
django_traced = tracehop.wsgi.Middleware(django_app, PROPAGATOR)
starlette_traced = tracehop.asgi.Middleware(starlette_app, PROPAGATOR)
fastapi_traced = tracehop.asgi.Middleware(fastapi_app, PROPAGATOR)
