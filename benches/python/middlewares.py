"""W9: one request with 20 headers through the middleware of each subject, over a bare application that answers `hello`.

An ASGI application runs without an event loop: nothing in it waits.
"""

from collections.abc import Callable

SENT = [("content-type", "text/plain"), ("content-length", "5")]
START = {"type": "http.response.start", "status": 200, "headers": [(name.encode(), value.encode()) for name, value in SENT]}
BODY = {"type": "http.response.body", "body": b"hello"}


async def asgi_app(scope, receive, send) -> None:
    await send(START)
    await send(BODY)


def wsgi_app(environ, start_response) -> list:
    start_response("200 OK", SENT)
    return [b"hello"]


async def receive() -> dict:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message) -> None:
    pass


def start_response(status, headers, exc_info=None) -> None:
    pass


def tracehop() -> tuple[Callable, Callable]:
    import tracehop.asgi
    import tracehop.wsgi

    propagator = tracehop.Propagator()
    return tracehop.asgi.Middleware(asgi_app, propagator), tracehop.wsgi.Middleware(wsgi_app, propagator)


def sentry_sdk() -> tuple[Callable, Callable]:
    from sentry_sdk.integrations.asgi import SentryAsgiMiddleware
    from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

    return SentryAsgiMiddleware(asgi_app), SentryWsgiMiddleware(wsgi_app)


def opentelemetry() -> tuple[Callable, Callable]:
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware as Asgi
    from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware as Wsgi

    return Asgi(asgi_app), Wsgi(wsgi_app)


def ddtrace() -> tuple[Callable, Callable]:
    from ddtrace.contrib.asgi import TraceMiddleware
    from ddtrace.contrib.wsgi import DDWSGIMiddleware

    return TraceMiddleware(asgi_app), DDWSGIMiddleware(wsgi_app)


ALL = {
    "bare": lambda: (asgi_app, wsgi_app), "tracehop": tracehop, "sentry-sdk": sentry_sdk, "opentelemetry": opentelemetry,
    "ddtrace": ddtrace,
}


def works(subject: str, work) -> dict:
    """The statements of a subject, as in `subjects`; each request has its own scope or environ."""
    asgi, wsgi = ALL[subject]()
    carried = work.w3c if subject in ("opentelemetry", "ddtrace") else work.headers
    requests = [{**headers, **vars(work.extra_headers)} for headers in carried]
    # `run` is defined once: the coroutine of a request ends at its first step.
    text = "def ended(coroutine):\n try:\n  coroutine.send(None)\n except StopIteration:\n  return\n raise AssertionError('it waits')"
    names = {"asgi": asgi, "wsgi": wsgi, "receive": receive, "send": send, "start_response": start_response}
    exec(text, names)
    return {
        "W9 ASGI": ("ended(asgi(dict(it), receive, send))", [scope(headers) for headers in requests], names),
        "W9 WSGI": ("b''.join(wsgi(dict(it), start_response))", [environ(headers) for headers in requests], names),
    }


def scope(headers: dict) -> dict:
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 40000), "scheme": "http", "method": "GET", "root_path": "", "path": "/", "raw_path": b"/",
        "query_string": b"", "state": {}, "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


def environ(headers: dict) -> dict:
    import io

    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
