"""The middlewares without a server: bodies, errors, CORS, unusual orders of events."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import wsgiref.util
from collections.abc import Iterator
from typing import Any

import pytest

import tracehop

PROPAGATOR = tracehop.Propagator()


def environ(number: int = 1) -> dict[str, Any]:
    made: dict[str, Any] = {"HTTP_SENTRY_TRACE": f"{number:032x}-{number:016x}"}
    wsgiref.util.setup_testing_defaults(made)
    return made


def current_number() -> int | None:
    context = tracehop.current()
    return context and int(context.trace_id, 16)


class Start:
    """A start_response that records its arguments."""

    def __call__(self, status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        self.status, self.headers, self.exc_info = status, headers, exc_info
        return lambda data: None


def wsgi(app: Any) -> tracehop.wsgi.Middleware:
    return tracehop.wsgi.Middleware(app, PROPAGATOR)


def test_interleaved_bodies_of_one_thread_keep_their_own_traces() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        for _ in range(3):
            yield str(current_number()).encode()

    bodies = [wsgi(app)(environ(number), Start()) for number in range(1, 200)]
    for _ in range(3):
        for number, body in enumerate(bodies, 1):
            assert next(iter(body)) == str(number).encode()
            assert tracehop.current() is None
    assert [list(body) for body in bodies] == [[]] * len(bodies)


def test_app_that_streams_within_its_own_block_keeps_it() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        context = tracehop.current()
        assert context
        with tracehop.use(context.child()) as child:
            yield b""
            assert tracehop.current() is child
        assert tracehop.current() is context
        yield b"last"

    bodies = [wsgi(app)(environ(), Start()) for _ in range(3)]
    assert [[next(iter(body)) for body in bodies] for _ in range(2)] == [[b""] * 3, [b"last"] * 3]
    assert tracehop.current() is None


def test_the_app_runs_in_the_context_variables_of_the_server() -> None:
    kept = contextvars.ContextVar("kept", default=0)

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        kept.set(kept.get() + 1)
        yield b""
        kept.set(kept.get() + 1)

    for _ in range(3):
        list(wsgi(app)(environ(), Start()))
    assert kept.get() == 6


def test_parts_that_other_threads_send_keep_the_trace_and_leave_nothing_behind() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        with tracehop.use(tracehop.current()):
            yield str(current_number()).encode()
            yield str(current_number()).encode()
        yield str(current_number()).encode()

    body = iter(wsgi(app)(environ(9), Start()))
    seen = []
    for _ in range(3):
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            seen.append(thread.submit(next, body).result())
            assert thread.submit(tracehop.current).result() is None
    assert seen == [b"9"] * 3


class Body:
    """A body that records in which traces it was created and closed, and how often."""

    def __init__(self) -> None:
        self.closed: list[int | None] = []

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        raise RuntimeError("half way")

    def close(self) -> None:
        self.closed.append(current_number())


def test_the_body_is_closed_once_within_its_trace_also_after_a_failure() -> None:
    body = Body()
    sent: Any = wsgi(lambda environ, start_response: body)(environ(5), Start())
    with pytest.raises(RuntimeError, match="half way"):
        list(sent)
    sent.close()
    assert body.closed == [5]
    assert tracehop.current() is None


def test_lists_and_files_are_passed_unchanged() -> None:
    """A server uses the length of a list, and sends a file through the operating system."""
    body = [b"one", b"two"]
    assert wsgi(lambda environ, start: body)(environ(), Start()) is body
    made = environ()
    file = made["wsgi.file_wrapper"] = wsgiref.util.FileWrapper
    import io

    wrapped = file(io.BytesIO(b"x"))
    assert wsgi(lambda environ, start: wrapped)(made, Start()) is wrapped


def test_error_of_the_app_is_raised_and_leaves_no_context() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        wsgi(app)(environ(), Start())
    assert tracehop.current() is None


def test_exc_info_reaches_the_server() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("500 Oh", [("X", "1")], ("type", "value", "traceback"))
        return [b""]

    start = Start()
    wsgi(app)(environ(), start)
    assert (start.status, start.headers, start.exc_info) == ("500 Oh", [("X", "1")], (("type", "value", "traceback"),))


ALLOWED = [
    ("x-mine", "x-mine, sentry-trace, baggage"),
    ("X-Mine, Sentry-Trace", "X-Mine, Sentry-Trace, baggage"),
    ("sentry-trace, baggage", "sentry-trace, baggage"),
    ("*", "*"),
    ("", "sentry-trace, baggage"),
]


@pytest.mark.parametrize(("existing", "expected"), ALLOWED)
def test_response_that_allows_headers_allows_trace_headers(existing: str, expected: str) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("204 No Content", [("Access-Control-Allow-Headers", existing), ("X", "y")])
        return []

    start = Start()
    wsgi(app)(environ(), start)
    assert start.headers == [("Access-Control-Allow-Headers", expected), ("X", "y")]
    answer = asgi_answer([(b"x", b"y"), (b"access-control-allow-headers", existing.encode())])
    assert answer == [(b"x", b"y"), (b"access-control-allow-headers", expected.encode())]


def test_a_star_is_not_honoured_where_credentials_are_allowed() -> None:
    headers = [(b"access-control-allow-headers", b"*"), (b"Access-Control-Allow-Credentials", b"true")]
    assert asgi_answer(headers)[0] == (b"access-control-allow-headers", b"*, sentry-trace, baggage")


def test_response_without_cors_headers_is_unchanged() -> None:
    start = Start()
    headers = [("Content-Type", "text/plain")]
    wsgi(lambda environ, start_response: start_response("200 OK", headers) and [])(environ(), start)
    assert start.headers is headers
    assert asgi_answer([(b"content-type", b"text/plain")]) == [(b"content-type", b"text/plain")]


def asgi_answer(headers: list[tuple[bytes, bytes]]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    sent: list[Any] = []
    asyncio.run(call(app, {"type": "http", "headers": []}, sent))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["headers"]


async def call(app: Any, scope: dict[str, Any], sent: list[Any]) -> None:
    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await tracehop.asgi.Middleware(app, PROPAGATOR)(scope, receive, send)
    assert tracehop.current() is None


@pytest.mark.parametrize(("kind", "expected"), [("http", 3), ("websocket", 3), ("lifespan", None)])
def test_requests_and_websockets_have_a_context_a_lifespan_has_none(kind: str, expected: int | None) -> None:
    seen: list[int | None] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(current_number())

    headers = {} if kind == "lifespan" else {"headers": [(b"sentry-trace", b"0" * 31 + b"3")]}
    asyncio.run(call(app, {"type": kind, **headers}, []))
    assert seen == [expected]


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_asgi_headers_of_any_type_get_the_names_without_changing_the_apps(kind: Any) -> None:
    allowed = [(b"access-control-allow-headers", b"x-tenant")]
    given, sent = kind(allowed), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": b""})

    asyncio.run(call(tracehop.asgi.Middleware(app, PROPAGATOR), {"type": "http", "headers": []}, sent))
    assert sent[0]["headers"] == [(b"access-control-allow-headers", b"x-tenant, sentry-trace, baggage")]
    assert allowed == [(b"access-control-allow-headers", b"x-tenant")] and len(sent) == 2


def test_asgi_messages_without_additions_reach_the_server_unchanged() -> None:
    messages = [
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0"), [b"vary", b"origin"]]},
        {"type": "http.response.body", "body": b""},
    ]
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    asyncio.run(call(tracehop.asgi.Middleware(app, PROPAGATOR), {"type": "http", "headers": []}, sent))
    assert [id(message) for message in sent] == [id(message) for message in messages]


def test_an_asgi_request_that_is_closed_in_another_context_raises_nothing() -> None:
    class Waiting:
        def __await__(self) -> Iterator[None]:
            yield

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Waiting()

    request: Any = tracehop.asgi.Middleware(app, PROPAGATOR)({"type": "http", "headers": []}, None, None)  # type: ignore[arg-type]
    contextvars.copy_context().run(request.send, None)
    assert tracehop.current() is None
    request.close()
    assert tracehop.current() is None


def test_middlewares_within_each_other_make_one_context() -> None:
    seen: list[tracehop.TraceContext | None] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.extend([tracehop.current(), environ["tracehop.context"]])
        return []

    async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([tracehop.current(), scope["tracehop.context"]])

    made: dict[str, Any] = {}
    wsgiref.util.setup_testing_defaults(made)
    wsgi(wsgi(app))(made, Start())
    asyncio.run(call(tracehop.asgi.Middleware(asgi_app, PROPAGATOR), {"type": "http", "headers": []}, []))
    assert seen[0] is seen[1] is not None and seen[2] is seen[3] is not None


Options = dict[str, Any]


def served(options: Options, path: str = "/", number: int = 7) -> list[tracehop.TraceContext | None]:
    """Returns the contexts of the same request under WSGI and under ASGI, with these options."""
    seen: list[tracehop.TraceContext | None] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(tracehop.current())
        return []

    async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(tracehop.current())

    propagator = options.pop("propagator", PROPAGATOR)
    tracehop.wsgi.Middleware(app, propagator, **options)(environ(number) | {"PATH_INFO": path, "path": path}, Start())
    headers = [(b"sentry-trace", f"{number:032x}-{number:016x}".encode())]
    middleware = tracehop.asgi.Middleware(asgi_app, propagator, **options)
    asyncio.run(middleware({"type": "http", "headers": headers, "path": path}, None, None))  # type: ignore[arg-type]
    return seen


def test_a_service_that_trusts_no_caller_starts_a_trace_that_is_linked() -> None:
    for trust in (False, lambda request: False, lambda request: request["path"] != "/"):
        for context in served({"trust": trust}):
            assert context and context.trace_id != f"{7:032x}"
            assert context.link and context.link.trace_id == f"{7:032x}"
    for context in served({"trust": lambda request: request["path"] == "/"}):
        assert context and context.trace_id == f"{7:032x}"


def test_service_that_records_nothing_forwards_the_position_unchanged() -> None:
    for options in ({"records": False}, {"records": False, "on_context": lambda context, request: None}):
        for context in served(options):
            assert context and context.sentry_trace == f"{7:032x}-{7:016x}"
    for context in served({"records": False, "trust": False}):
        assert context and context.link and context.trace_id != f"{7:032x}"


def test_without_an_incoming_position_a_service_that_records_nothing_starts_a_trace() -> None:
    for number in ("no-trace", f"{7:032x}"):
        seen: list[tracehop.TraceContext | None] = []
        app = tracehop.wsgi.Middleware(lambda environ, start: seen.append(tracehop.current()) or [], PROPAGATOR, records=False)
        app({"HTTP_SENTRY_TRACE": number}, Start())
        assert seen[0] and seen[0].sentry_trace and seen[0].span_id != f"{7:016x}"


def test_excluded_paths_are_served_without_a_context() -> None:
    for exclude in (["/health", "/ready"], lambda request: request["path"] == "/health"):
        assert served({"exclude": exclude}, "/health") == [None, None]
        assert None not in served({"exclude": exclude}, "/health/more")


def test_a_transaction_name_reaches_the_sampler() -> None:
    told: list[Any] = []
    propagator = tracehop.Propagator(traces_sampler=lambda sampling: told.append(sampling) or 1.0)
    served({"propagator": propagator, "transaction_name": lambda request: f"GET {request['path']}"}, "/cart")
    assert [sampling["transaction_context"]["name"] for sampling in told] == ["GET /cart"] * 2


def test_sampler_receives_the_request_as_from_sentrys_sdks() -> None:
    told: list[Any] = []
    propagator = tracehop.Propagator(traces_sampler=lambda sampling: told.append(sampling) or 1.0)
    for context in served({"propagator": propagator}, "/cart"):
        assert context and context.parent_span_id
    assert told[0]["wsgi_environ"]["PATH_INFO"] == told[1]["asgi_scope"]["path"] == "/cart"
    assert [sampling["transaction_context"] for sampling in told] == [{"name": None, "op": "http.server"}] * 2
    propagator.start_trace("by hand")
    assert sorted(told[2]) == ["parent_sample_rate", "parent_sampled", "sample_rand", "trace_id", "transaction_context"]


def test_a_sampler_that_raises_is_logged_once_and_means_not_sampled(caplog: pytest.LogCaptureFixture) -> None:
    propagator = tracehop.Propagator(traces_sampler=lambda sampling: 1 / 0)
    middleware = wsgi(lambda environ, start_response: [str(tracehop.current().sampled).encode()])  # type: ignore[union-attr]
    middleware = tracehop.wsgi.Middleware(middleware.app, propagator)
    for _ in range(3):
        assert middleware(environ(), Start()) == [b"False"]
    (record,) = caplog.records
    assert "traces_sampler" in record.getMessage() and record.exc_info


def test_a_callback_is_given_each_context_and_its_findings() -> None:
    seen: list[Any] = []
    contexts = served({"on_context": lambda context, request: seen.append((context, request["path"]))})
    assert seen == [(context, "/") for context in contexts]
    assert [finding.code for finding in seen[0][0].findings] == ["baggage_missing"]


def test_a_function_that_raises_is_logged_once_and_fails_no_request(caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError

    for option, is_trusted in (("transaction_name", True), ("on_context", True), ("exclude", True), ("trust", False)):
        caplog.clear()
        middleware = wsgi(lambda environ, start_response: [str(current_number()).encode()])
        middleware = tracehop.wsgi.Middleware(middleware.app, PROPAGATOR, **{option: fails})
        for _ in range(3):
            assert (middleware(environ(7), Start()) == [b"7"]) == is_trusted
        (record,) = caplog.records
        assert option in record.getMessage() and record.exc_info and record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exclude": "/health"}, "exclude must be a list of paths or a callable, not '/health'"),
        ({"exclude": [1]}, "exclude must be a list of paths or a callable"),
        ({"trust": "link"}, "trust must be True, False or a callable, not str"),
        ({"transaction_name": "name"}, "transaction_name must be a callable or None, not str"),
        ({"records": "no"}, "records must be True or False, not str"),
        ({"on_context": 1}, "on_context must be a callable or None, not int"),
    ],
)
def test_a_wrong_option_is_refused_in_one_sentence(options: Options, message: str) -> None:
    for middleware in (tracehop.wsgi.Middleware, tracehop.asgi.Middleware):
        with pytest.raises(TypeError, match=message):
            middleware(len, PROPAGATOR, **options)  # type: ignore[arg-type]


def test_middleware_without_a_propagator_raises() -> None:
    for middleware in (tracehop.wsgi.Middleware, tracehop.asgi.Middleware):
        with pytest.raises(TypeError, match="propagator must be a Propagator, not str"):
            middleware(len, "https://key@sentry.io/1")
