"""Applications that respond with the trace headers that they received, for ``tracehop doctor``.

Run one instead of the application, under the same server and behind the same proxies::

    gunicorn tracehop.echo:wsgi
    uvicorn tracehop.echo:asgi

Any method and path returns 200, as load balancers require, and no cache may store the response. The body is JSON:
``{"tracehop-echo": {"id": unique text, "method": text, "headers": {name: [lines]}}}``. Only trace headers are shown, each
byte as one character (latin-1); a WSGI server has joined the lines already.
"""

from __future__ import annotations

import json
import secrets

from ._tracehop import HEADER_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from typing import Any, TypeAlias

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    _Message: TypeAlias = MutableMapping[str, Any]
    _Receive: TypeAlias = Callable[[], Awaitable[_Message]]
    _Send: TypeAlias = Callable[[_Message], Awaitable[None]]

KEY = "tracehop-echo"
"""The key of the response's only member, and the response header that marks an echo without a body."""

NAMES = (*HEADER_NAMES, *(name.replace("-", "_") for name in HEADER_NAMES if "-" in name))
"""The names that are shown: those of trace headers, also with underscores, as some gateways and callers write them."""


def body(method: str, pairs: Iterable[tuple[str, str]]) -> bytes:
    """Returns the JSON body of a response to a request with these header lines."""
    shown: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.lower() in NAMES:
            shown.setdefault(name.lower(), []).append(value)
    return json.dumps({KEY: {"id": secrets.token_hex(8), "method": method, "headers": shown}}).encode()


def response_headers(length: int) -> list[tuple[str, str]]:
    """Returns the headers of a response with a body of this length."""
    return [
        ("Content-Type", "application/json"),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("Vary", "*"),
        (KEY, "1"),
    ]


def wsgi(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """The WSGI application."""
    method = environ["REQUEST_METHOD"]
    variables = {f"HTTP_{name.upper().replace('-', '_')}": name for name in HEADER_NAMES}
    answer = body(method, ((name, environ[variable]) for variable, name in variables.items() if variable in environ))
    start_response("200 OK", response_headers(len(answer)))
    return [] if method == "HEAD" else [answer]


async def asgi(scope: _Message, receive: _Receive, send: _Send) -> None:
    """The ASGI application: HTTP, and the lifespan messages of servers."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return await send({"type": "websocket.close"})
    answer = body(scope["method"], ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]))
    headers = [(name.lower().encode(), value.encode()) for name, value in response_headers(len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer})


async def _lifespan(receive: _Receive, send: _Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
