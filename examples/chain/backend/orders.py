"""The orders API: a Python backend on a separate origin, which requests the stock from the Ruby service.

Sentry's SDK records its spans; with the integration it reads and writes the headers through tracehop.
"""

import time

import sentry_sdk
import tracehop
import tracehop.sentry
from sentry_sdk.integrations.starlette import StarletteIntegration
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from . import settings
from .facts import SpanFacts, http, report, span

SERVICE = "orders"

propagator = tracehop.Propagator(
    **settings.IDENTITY,
    release="orders@3.0.2",
    trace_propagation_targets=[tracehop.Origin(settings.STOCK)],
)


sentry_sdk.init(
    dsn=settings.RECORDER,
    environment="demo",
    release="orders@3.0.2",
    traces_sample_rate=1.0,
    integrations=[tracehop.sentry.Integration(propagator), StarletteIntegration(middleware_spans=False)],
)


async def ask_stock(tea):
    """Calls the Ruby service: the SDK records the client span and writes the headers that name it."""
    start = time.time()
    url = f"{settings.STOCK}/api/stock/{tea}"
    answer = await http.get(url)
    sent = propagator.adopt(answer.request.headers)
    fact = span(SERVICE, "client", f"GET /api/stock/{tea}", sent, start, time.time(), headers_out=sent.headers())
    fact["parent_span_id"] = sentry_sdk.get_current_span().span_id
    return answer.raise_for_status().json(), fact


async def order(request):
    """Takes an order and responds with the Ruby service's response."""
    tea = (await request.json())["tea"]
    stock, fact = await ask_stock(tea)
    said = {"tea": tea, "stock": stock, "trace_id": tracehop.current().trace_id}
    return JSONResponse(said, background=BackgroundTask(report, fact))


def recorded(request):
    """The SDK's span of this request, and the core's findings about its headers."""
    current = sentry_sdk.get_current_span()
    findings = propagator.continue_trace(request.headers).findings
    return {
        "parent_span_id": current and current.parent_span_id,
        "findings": [finding.message for finding in findings],
    }


cors = Middleware(
    CORSMiddleware,
    allow_origins=[settings.PAGE],
    allow_methods=["POST"],
    allow_headers=propagator.allow_headers("content-type").split(", "),
)

app = Starlette(
    routes=[Route("/orders", order, methods=["POST"])],
    middleware=[
        Middleware(SpanFacts, service=SERVICE, recorded=recorded),
        cors,
    ],
)
