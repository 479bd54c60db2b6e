"""An application of Sanic as ASGI: `uvicorn sanic_app:app`. Needs an environment with an older multidict."""

from __future__ import annotations

import asyncio

import sanic

import tracehop

shop = sanic.Sanic("shop")


@shop.get("/")
async def home(_: sanic.Request) -> sanic.HTTPResponse:
    before = tracehop.current()
    await asyncio.sleep(0.001)
    context = tracehop.current()
    return sanic.text(f"{context.trace_id} {before is context}" if context else "none")


@shop.get("/stream")
async def stream(request: sanic.Request) -> None:
    response = await request.respond(content_type="text/plain")
    for _ in range(2):
        await asyncio.sleep(0)
        context = tracehop.current()
        await response.send(f"{context.trace_id} " if context else "none ")
    await response.eof()


@shop.get("/fails")
async def fails(_: sanic.Request) -> None:
    raise RuntimeError


@shop.exception(RuntimeError)
async def handled(_: sanic.Request, error: Exception) -> sanic.HTTPResponse:
    context = tracehop.current()
    return sanic.text(context.trace_id if context else "none", status=500)


app = tracehop.asgi.Middleware(shop, tracehop.Propagator(), exclude=["/health"])
