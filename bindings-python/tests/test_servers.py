"""The middlewares on real servers, under real frameworks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import resource
import wsgiref.util
from collections.abc import Iterator
from typing import Any

import aiohttp
import apps
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from servers import (
    aiohttp_server,
    get,
    gunicorn_server,
    redis_server,
    tornado_server,
    uvicorn_server,
    wsgiref_server,
)

import tracehop

PROPAGATOR = apps.PROPAGATOR
SERVERS = {
    "flask on wsgiref": lambda: wsgiref_server(apps.flask_traced),
    "django on wsgiref": lambda: wsgiref_server(apps.django_traced),
    "flask on gunicorn, greenlets": lambda: gunicorn_server("apps:flask_traced", "--worker-class=gevent"),
    "flask on gunicorn, forked threads": lambda: gunicorn_server("apps:flask_traced", "--workers=2", "--threads=4"),
    "django on gunicorn, forked": lambda: gunicorn_server("apps:django_traced", "--workers=2"),
    "starlette on uvicorn": lambda: uvicorn_server(apps.starlette_traced),
    "fastapi on uvicorn": lambda: uvicorn_server(apps.fastapi_traced),
    "litestar on uvicorn": lambda: uvicorn_server(apps.litestar_traced),
    "django's MIDDLEWARE on wsgiref": lambda: wsgiref_server(apps.django_by_class),
    "django's MIDDLEWARE on uvicorn": lambda: uvicorn_server(apps.django_async_by_class),
    "aiohttp.web": lambda: aiohttp_server(apps.aiohttp_app),
    "tornado": lambda: tornado_server(apps.tornado_app),
}


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with SERVERS[request.param]() as address:
        yield address


def trace(number: int) -> tuple[str, str]:
    """Returns a new trace id and span id for a request."""
    return f"{number:032x}", f"{number + 1:016x}"


@pytest.mark.parametrize("path", ["/", "/stream"])
def test_the_app_sees_the_trace_also_while_it_streams(server: str, path: str) -> None:
    trace_id, span_id = trace(7)
    answer = get(server, path, [("sentry-trace", f"{trace_id}-{span_id}-1")])
    assert answer.status == 200
    assert set(answer.body.decode().split()) == {f"{trace_id}-{span_id}"}


HOSTILE = [
    b"",
    b"-",
    b"1",
    b"\xff\xfe",
    b"0" * 32,
    b"a" * 31,
    b"%00%0d%0a" * 100,
    ("7" * 32 + "-" + "8" * 16 + "-2").encode(),
    b"," * 4000,
    b"sentry-trace_id=%ff,sentry-=,=,%,sentry-sample_rand=9e999",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
def test_no_header_content_gives_a_500(server: str, value: bytes) -> None:
    for headers in ([("sentry-trace", value)], [("sentry-trace", b"7" * 32), ("baggage", value), ("baggage", value)]):
        answer = get(server, "/", headers)
        assert answer.status == 200
        assert len(answer.body.split(b"-")[0]) == 32


COUNT = 2000


def each_sees_its_own(address: str, paths: tuple[str, ...], at_once: int, count: int = COUNT) -> bool:
    """Sends requests with distinct traces; true if each response has the ids of its request."""

    async def ask(client: aiohttp.ClientSession, number: int) -> bool:
        trace_id, span_id = trace(number + 1)
        headers = {"sentry-trace": f"{trace_id}-{span_id}-1"}
        async with client.get(address + paths[number % len(paths)], headers=headers) as answer:
            return set((await answer.text()).split()) == {f"{trace_id}-{span_id}"}

    async def ask_all() -> list[bool]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as client:
            return await asyncio.gather(*(ask(client, number) for number in range(count)))

    return all(asyncio.run(ask_all()))


def test_2000_concurrent_requests_never_mix(server: str) -> None:
    assert each_sees_its_own(server, ("/", "/stream"), at_once=64)


@pytest.mark.parametrize("kind", ["threads", "asyncio"])
def test_2000_half_sent_responses_never_mix(kind: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3 * COUNT), hard))
    held = apps.Held(COUNT)
    threads, loop = tracehop.wsgi.Middleware(held.wsgi, PROPAGATOR), tracehop.asgi.Middleware(held.asgi, PROPAGATOR)
    with wsgiref_server(threads) if kind == "threads" else uvicorn_server(loop) as address:
        assert each_sees_its_own(address, ("/",), at_once=COUNT)


def test_forked_workers_start_traces_of_their_own() -> None:
    with gunicorn_server("apps:flask_traced", "--workers=4", "--preload") as address:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: get(address).body, range(400)))
    assert len(set(answers)) == 400


CORS = {
    "starlette": lambda: uvicorn_server(apps.starlette_traced),
    "fastapi": lambda: uvicorn_server(apps.fastapi_traced),
    "flask-cors": lambda: wsgiref_server(apps.flask_traced),
}


@pytest.mark.parametrize("library", CORS)
@pytest.mark.parametrize("names", ["baggage,sentry-trace,x-mine", "sentry-trace,baggage", "X-Mine", "x-mine, Sentry-Trace"])
def test_cors_library_without_configuration_allows_trace_headers(library: str, names: str) -> None:
    with CORS[library]() as address:
        answer = get(address, "/", preflight(names), method="OPTIONS")
    assert answer.status == 200
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"sentry-trace", "baggage"} <= allowed and ("x-mine" in allowed or "mine" not in names.lower())
    assert apps.PROPAGATOR.missing_cors_headers(answer.headers, credentials=True) == []
    assert tracehop._tracehop.allows_origin(answer.headers, "https://page.test")


@pytest.mark.parametrize("library", ["starlette", "fastapi"])
def test_a_preflight_for_other_names_is_refused_as_before(library: str) -> None:
    with CORS[library]() as address:
        assert get(address, "/", preflight("sentry-trace,x-others"), method="OPTIONS").status == 400


def test_app_without_cors_allows_nothing() -> None:
    with wsgiref_server(apps.django_traced) as address:
        answer = get(address, "/", preflight("sentry-trace,baggage"), method="OPTIONS")
    assert "access-control-allow-headers" not in answer.headers


def test_django_keeps_its_one_redis_connection() -> None:
    """Values that libraries set in a thread's context variables persist between requests."""
    with redis_server() as location:
        backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}
        with override_settings(CACHES={"default": backend}), redis.Redis.from_url(location) as client:
            before = client.info()["total_connections_received"]
            for number in range(300):
                environ: dict[str, Any] = {"PATH_INFO": "/cached"}
                wsgiref.util.setup_testing_defaults(environ)
                assert b"".join(apps.django_traced(environ, lambda *_: lambda _: None))
            assert client.info()["total_connections_received"] - before == 1


def preflight(names: str) -> list[tuple[str, str]]:
    asks = {"Origin": "https://page.test", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": names}
    return list(asks.items())


def test_djangos_class_supports_async_views() -> None:
    with uvicorn_server(apps.django_async_by_class) as address:
        assert each_sees_its_own(address, ("/async", "/stream"), at_once=64, count=200)


def test_a_class_of_django_within_our_middleware_makes_one_context() -> None:
    seen: list[tracehop.TraceContext] = []
    app = tracehop.asgi.Middleware(
        apps.django_async_by_class, PROPAGATOR, on_context=lambda context, scope: seen.append(context)
    )
    with uvicorn_server(app) as address:
        assert get(address).body.decode() == f"{seen[0].trace_id}-None"
    made: dict[str, Any] = {}
    wsgiref.util.setup_testing_defaults(made)
    (body,) = tracehop.wsgi.Middleware(apps.django_by_class, PROPAGATOR)(made, lambda *_: lambda _: None)
    assert body.decode() == f"{made['tracehop.context'].trace_id}-None"


def test_djangos_class_names_the_missing_setting() -> None:
    with override_settings(MIDDLEWARE=["tracehop.django.Middleware"], TRACEHOP_PROPAGATOR=None):
        with pytest.raises(ImproperlyConfigured, match="set TRACEHOP_PROPAGATOR"):
            apps.django.core.handlers.wsgi.WSGIHandler()


def test_djangos_class_takes_the_options_of_a_middleware() -> None:
    options = {"trust": False, "exclude": ["/async"], "transaction_name": lambda request: request.path}
    with override_settings(MIDDLEWARE=["tracehop.django.Middleware"], TRACEHOP_MIDDLEWARE=options):
        app = apps.django.core.handlers.wsgi.WSGIHandler()
    with wsgiref_server(app) as address:
        answer = get(address, "/", [("sentry-trace", "7" * 32 + "-" + "8" * 16)]).body.decode()
        assert answer.endswith("-None") and not answer.startswith("7" * 32)
        assert get(address, "/async").body == b"no context"


SERVED_WITH: dict[str, Any] = {
    "aiohttp.web": lambda **options: aiohttp_server(lambda: apps.aiohttp_app(**options)),
    "tornado": lambda **options: tornado_server(lambda: apps.tornado_app(**options)),
    "django's MIDDLEWARE": lambda **options: wsgiref_server(django_with(**options)),
}


def django_with(**options: Any) -> Any:
    with override_settings(MIDDLEWARE=["tracehop.django.Middleware"], TRACEHOP_MIDDLEWARE=options):
        return apps.django.core.handlers.wsgi.WSGIHandler()


@pytest.mark.parametrize("framework", SERVED_WITH)
def test_service_that_records_nothing_forwards_the_position_unchanged(framework: str) -> None:
    contexts: list[tracehop.TraceContext] = []
    position = "7" * 32 + "-" + "8" * 16 + "-1"
    with SERVED_WITH[framework](records=False, on_context=lambda context, _: contexts.append(context)) as address:
        get(address, "/", [("sentry-trace", position)])
        get(address)
    adopted, started = contexts
    assert adopted.sentry_trace == position
    assert started.trace_id != adopted.trace_id and started.parent_span_id is None


@pytest.mark.parametrize("exclude", [[], ["/inner/"]])
def test_a_sub_application_of_aiohttp_keeps_the_context_of_the_outer_one(exclude: list[str]) -> None:
    contexts: list[tracehop.TraceContext] = []
    options: Any = {"on_context": lambda context, _: contexts.append(context)}

    def make() -> aiohttp.web.Application:
        outer = apps.aiohttp_app(**options, exclude=exclude)
        outer.add_subapp("/inner", apps.aiohttp_app(**options))
        return outer

    with aiohttp_server(make) as address:
        answer = get(address, "/inner/").body.decode()
    assert [answer] == ([f"{context.trace_id}-None" for context in contexts] or ["no context"])
    assert bool(contexts) is not bool(exclude)


def test_outside_of_a_request_there_is_no_context(server: str) -> None:
    get(server)
    assert tracehop.current() is None
