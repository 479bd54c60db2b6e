"""A process that runs the official SDK: three frameworks that send through every client, and report what the SDK recorded.

``python sdk_service.py '{"integration": true, "clients_first": false, "receiver": URL}'`` prints the ports of the
frameworks and of the control server as JSON, and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import urllib.request
from typing import Any

import aiohttp
import celery
import django.conf
import django.core.handlers.wsgi
import django.http
import django.urls
import fastapi
import flask
import httpx
import requests
import sentry_sdk
import servers
from sentry_sdk.transport import Transport

import tracehop.aiohttp
import tracehop.celery
import tracehop.httpx
import tracehop.requests
import tracehop.sentry
import tracehop.urllib3

SET_UP = json.loads(sys.argv[1])
RECEIVER = SET_UP["receiver"]
DSN = "https://public@o1.ingest.sentry.io/42"  # The organisation of the receiver with @sentry/node.
OURS = tracehop.Propagator(public_key="another", traces_sample_rate=0.5)
ENVELOPES: list[dict[str, Any]] = []
LOGGED: list[str] = []


class Kept(Transport):
    """Stores the payloads of all envelopes; sends nothing."""

    def capture_envelope(self, envelope: Any) -> None:
        ENVELOPES.extend(item.payload.json for item in envelope.items if item.payload.json)


class Log(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        LOGGED.append(record.getMessage())


def init(rate: float | None) -> None:
    integrations = [tracehop.sentry.Integration()] if SET_UP["integration"] else []
    sentry_sdk.init(dsn=DSN, transport=Kept, traces_sample_rate=rate, release="api@1", integrations=integrations)


class Clients:
    """One client of each kind, with tracehop's adapter."""

    def __init__(self) -> None:
        self.requests = tracehop.requests.trace(requests.Session(), OURS)
        self.httpx = httpx.Client(event_hooks=tracehop.httpx.hooks(OURS))
        self.urllib3 = tracehop.urllib3.PoolManager(OURS)
        self.celery = celery.Celery("tasks", broker="memory://")
        tracehop.celery.connect(OURS)

    def send(self) -> dict[str, Any]:
        """Returns what the receiver got from each client, and from the message queue."""
        return {
            "requests": self.requests.get(f"{RECEIVER}/requests").json(),
            "httpx": self.httpx.get(f"{RECEIVER}/httpx").json(),
            "urllib3": json.loads(self.urllib3.request("GET", f"{RECEIVER}/urllib3").data),
            "aiohttp": asyncio.run(self._by_aiohttp()),
            "urllib": json.loads(urllib.request.urlopen(f"{RECEIVER}/urllib").read()),
            "celery": self._by_celery(),
        }

    async def _by_aiohttp(self) -> Any:
        async with (
            aiohttp.ClientSession(middlewares=[tracehop.aiohttp.middleware(OURS)]) as session,
            session.get(f"{RECEIVER}/aiohttp") as response,
        ):
            return await response.json()

    def _by_celery(self) -> Any:
        self.celery.send_task("far.task")
        with self.celery.connection() as connection, contextlib.closing(connection.SimpleQueue("celery")) as queue:
            message = queue.get(timeout=5)
            message.ack()
        # Sentry's worker reads the nested headers, others the message's.
        names = ("sentry-trace", "baggage")
        places = ([[name, place.get(name)] for name in names] for place in (message.headers, message.headers["headers"]))
        top, nested = places
        return top if top == nested else [*top, *nested]


def told() -> dict[str, Any]:
    """The response of each app: the clients' headers, the meta tags, and the event that the SDK records with them."""
    sentry_sdk.capture_message("here")
    return {"received": CLIENTS.send(), "meta_tags": str(tracehop.meta_tags())}


if SET_UP["clients_first"]:
    CLIENTS = Clients()
logging.getLogger("tracehop").addHandler(Log())
init(1.0)
if not SET_UP["clients_first"]:
    CLIENTS = Clients()

flask_app = flask.Flask("flask_app")
flask_app.get("/")(told)

urlpatterns = [django.urls.path("", lambda request: django.http.JsonResponse(told()))]
django.conf.settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="test")
django.setup(set_prefix=False)

fastapi_app = fastapi.FastAPI()
fastapi_app.get("/")(told)


def control(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Returns and clears what was recorded; ``/RATE`` sets the SDK up again."""
    sentry_sdk.get_client().flush(timeout=1)
    answer = json.dumps({"envelopes": ENVELOPES, "logged": LOGGED}).encode()
    if environ["PATH_INFO"] != "/":
        init(json.loads(environ["PATH_INFO"][1:]))
    ENVELOPES.clear()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer]


if __name__ == "__main__":
    wsgi, asgi = tracehop.wsgi.Middleware, tracehop.asgi.Middleware
    with (
        servers.wsgiref_server(wsgi(flask_app, OURS)) as flask_url,
        servers.wsgiref_server(wsgi(django.core.handlers.wsgi.WSGIHandler(), OURS)) as django_url,
        servers.uvicorn_server(asgi(fastapi_app, OURS)) as fastapi_url,
        servers.wsgiref_server(control) as control_url,
    ):
        urls = {"flask": flask_url, "django": django_url, "fastapi": fastapi_url, "control": control_url}
        print(json.dumps(urls), flush=True)
        sys.stdin.read()
