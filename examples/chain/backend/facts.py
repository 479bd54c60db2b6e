"""Span facts: what a Python service reports to the collector about each request that it received or sent.

All facts are in tracehop's context, so this module reads no header content.
"""

import logging
import time

import httpx
import tracehop
from starlette.requests import Request

from . import settings

log = logging.getLogger("uvicorn.error")
http = httpx.AsyncClient()


def span(service, kind, name, context, start, end, **headers):
    """One span in the collector's format: the context's facts, the times, and the headers."""
    return {
        "service": service,
        "kind": kind,
        "name": name,
        "trace_id": context.trace_id,
        "span_id": context.span_id,
        "parent_span_id": context.parent_span_id,
        "sampled": context.sampled,
        "start": start,
        "end": end,
        "dynamic_sampling_context": context.dynamic_sampling_context,
        "findings": [finding.message for finding in context.findings],
        **headers,
    }


async def report(fact):
    """Sends one span to the collector. If there is none, the service continues."""
    try:
        await http.post(f"{settings.COLLECTOR}/spans", json=fact)
    except httpx.HTTPError as failure:
        log.warning("the collector took no span: %s", failure)


class SpanFacts:
    """ASGI middleware: reports a server span for each request. Put it inside the middleware that makes the context current.

    ``recorded`` returns the facts of a request that the SDK records.
    """

    def __init__(self, app, service, recorded=lambda request: {}):
        self.app = app
        self.service = service
        self.recorded = recorded

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, start, answer = Request(scope), time.time(), {}

        async def watch(message):
            if message["type"] == "http.response.start":
                answer.update(message)
            answer["end"] = time.time()
            await send(message)

        await self.app(scope, receive, watch)
        await report(self._fact(request, start, answer))

    def _fact(self, request, start, answer):
        asked = request.method == "OPTIONS"
        sent = {name.decode(): value.decode("latin-1") for name, value in answer.get("headers", [])}
        return span(
            self.service,
            "preflight" if asked else "server",
            f"{request.method} {request.url.path}",
            tracehop.current(),
            start,
            answer.get("end", time.time()),
            status=answer.get("status"),
            headers_in=seen(request.headers, "access-control-request-headers"),
            headers_out=seen(sent, "access-control-allow-headers") | getattr(request.state, "handed_over", {}),
        ) | self.recorded(request)


def seen(headers, *also):
    """The trace headers among these, and the others named, unchanged."""
    return {name: headers[name] for name in (*tracehop.HEADER_NAMES, *also) if name in headers}
