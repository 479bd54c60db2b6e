"""The middlewares on real servers, under real frameworks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import resource
from collections.abc import Iterator

import aiohttp
import apps
import pytest
from servers import get, gunicorn_server, uvicorn_server, wsgiref_server

import tracehop

PROPAGATOR = apps.PROPAGATOR
SERVERS = {
    "flask on wsgiref": lambda: wsgiref_server(apps.flask_traced),
    "django on wsgiref": lambda: wsgiref_server(apps.django_traced),
    "flask on gunicorn, forked threads": lambda: gunicorn_server("apps:flask_traced", "--workers=2", "--threads=4"),
    "django on gunicorn, forked": lambda: gunicorn_server("apps:django_traced", "--workers=2"),
    "starlette on uvicorn": lambda: uvicorn_server(apps.starlette_traced),
    "fastapi on uvicorn": lambda: uvicorn_server(apps.fastapi_traced),
}


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with SERVERS[request.param]() as address:
        yield address


def trace(number: int) -> tuple[str, str]:
    """A trace id and a span id of a request's own."""
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


def each_sees_its_own(address: str, paths: tuple[str, ...], at_once: int) -> bool:
    """Sends requests with distinct traces; is each answered with the ids that it sent?"""

    async def ask(client: aiohttp.ClientSession, number: int) -> bool:
        trace_id, span_id = trace(number + 1)
        headers = {"sentry-trace": f"{trace_id}-{span_id}-1"}
        async with client.get(address + paths[number % len(paths)], headers=headers) as answer:
            return set((await answer.text()).split()) == {f"{trace_id}-{span_id}"}

    async def ask_all() -> list[bool]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as client:
            return await asyncio.gather(*(ask(client, number) for number in range(COUNT)))

    return all(asyncio.run(ask_all()))


def test_2000_concurrent_requests_never_mix(server: str) -> None:
    assert each_sees_its_own(server, ("/", "/stream"), at_once=64)


@pytest.mark.parametrize("kind", ["threads", "asyncio"])
def test_2000_answers_half_sent_at_the_same_time_never_mix(kind: str) -> None:
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


def test_a_preflight_of_starlettes_cors_allows_the_trace_headers() -> None:
    with uvicorn_server(apps.starlette_traced) as address:
        answer = get(address, "/", preflight("x-mine"), method="OPTIONS")
    allowed = answer.headers["access-control-allow-headers"]
    assert {"x-mine", "sentry-trace", "baggage"} <= {name.strip().lower() for name in allowed.split(",")}
    assert apps.PROPAGATOR.missing_cors_headers(answer.headers) == []


def test_starlettes_cors_that_was_given_the_names_answers_a_browsers_preflight() -> None:
    with uvicorn_server(apps.fastapi_traced) as address:
        answer = get(address, "/", preflight("baggage,sentry-trace,x-mine"), method="OPTIONS")
    assert answer.status == 200
    assert apps.PROPAGATOR.missing_cors_headers(answer.headers, credentials=True) == []


def preflight(names: str) -> list[tuple[str, str]]:
    asks = {"Origin": "https://page.test", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": names}
    return list(asks.items())


def test_outside_of_a_request_there_is_no_context(server: str) -> None:
    get(server)
    assert tracehop.current() is None
