"""An origin that is no target. It lets the browser send anything, so a leaked header would arrive and be seen."""

import tracehop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from .facts import seen


async def hello(request):
    """Answers with the names of the trace headers that came."""
    return JSONResponse({"headers": list(seen(request.headers))})


anything = Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=list(tracehop.HEADER_NAMES))
app = Starlette(routes=[Route("/hello", hello)], middleware=[anything])
