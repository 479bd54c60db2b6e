"""The page's origin: serves the Vue page with its trace's meta tags, a same-origin API, and the collector."""

import tracehop
import tracehop.asgi
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from . import collector, settings
from .facts import SpanFacts

propagator = tracehop.Propagator(**settings.IDENTITY, release="front@2.1.0")
templates = Jinja2Templates(settings.PAGE_FILES)
addresses = {"dsn": settings.DSN, "api": settings.API, "stranger": settings.STRANGER}

traced = [
    Middleware(tracehop.asgi.Middleware, propagator=propagator),
    Middleware(SpanFacts, service="front"),
]


async def page(request):
    """The page for one visitor; no cache may store it, because it contains a trace."""
    context = tracehop.current()
    request.state.handed_over = context.headers()
    facts = {"context": context, "addresses": addresses}
    return templates.TemplateResponse(request, "index.html", facts, headers={"cache-control": "no-store"})


async def today(request):
    """The same-origin API of the page."""
    return JSONResponse({"greeting": "Fresh today: second flush Darjeeling."})


app = Starlette(
    routes=[
        Route("/", page, middleware=traced),
        Route("/orders", page, middleware=traced),
        Route("/internal-api/today", today, middleware=traced),
        Route("/traces", collector.watch),
        Route("/traces/part", collector.watch_part),
        Mount("/collector", routes=collector.routes),
        Route("/api/1/envelope/", collector.take_recorded, methods=["POST"]),
        Mount("/assets", StaticFiles(directory=settings.PAGE_FILES / "assets")),
    ],
)
