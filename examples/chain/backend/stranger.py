"""An origin that is no target. It lets the browser send any header, so a leaked trace header is detected."""

import tracehop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from .facts import seen


async def hello(request):
    """Responds with the names of the trace headers it received."""
    return JSONResponse({"headers": list(seen(request.headers))})


anything = Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=list(tracehop.HEADER_NAMES))
app = Starlette(routes=[Route("/hello", hello)], middleware=[anything])
