"""A Starlette app: bare, or with the middleware that SUBJECT names. Both only propagate: nothing is sampled or sent."""

import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def hello(request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def middleware(subject: str) -> list[Middleware]:
    if subject == "tracehop":
        import tracehop
        import tracehop.asgi

        return [Middleware(tracehop.asgi.Middleware, propagator=tracehop.Propagator())]
    if subject == "official SDK":
        import sentry_sdk
        from sentry_sdk.transport import Transport

        class Nowhere(Transport):
            def capture_envelope(self, envelope) -> None:
                pass

        sentry_sdk.init(dsn="https://key@o1.ingest.sentry.io/2", transport=Nowhere)  # it patches Starlette itself
    return []


app = Starlette(routes=[Route("/", hello)], middleware=middleware(os.environ["SUBJECT"]))
