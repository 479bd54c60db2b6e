"""The orders API: a Python backend on an origin of its own, which asks the Ruby service for its stock."""

import time

import tracehop
import tracehop.asgi
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


async def ask_stock(tea):
    """Calls the Ruby service inside a client span: a child of this request's span, whose id goes out."""
    context, headers, start = tracehop.current().child(), {}, time.time()
    url = f"{settings.STOCK}/api/stock/{tea}"
    propagator.inject(context, url, headers)
    answer = await http.get(url, headers=headers)
    fact = span(SERVICE, "client", f"GET /api/stock/{tea}", context, start, time.time(), headers_out=headers)
    return answer.raise_for_status().json(), fact


async def order(request):
    """Takes an order and answers with what the Ruby service said."""
    tea = (await request.json())["tea"]
    stock, fact = await ask_stock(tea)
    said = {"tea": tea, "stock": stock, "trace_id": tracehop.current().trace_id}
    return JSONResponse(said, background=BackgroundTask(report, fact))


cors = Middleware(
    CORSMiddleware,
    allow_origins=[settings.PAGE],
    allow_methods=["POST"],
    allow_headers=propagator.allow_headers("content-type").split(", "),
)

app = Starlette(
    routes=[Route("/orders", order, methods=["POST"])],
    middleware=[
        Middleware(tracehop.asgi.Middleware, propagator=propagator),
        Middleware(SpanFacts, service=SERVICE),
        cors,
    ],
)
