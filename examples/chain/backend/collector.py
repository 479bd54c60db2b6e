"""The collector: takes the browser SDK's envelopes and the services' span facts, and shows the traces live."""

from sentry_sdk.envelope import Envelope
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from waterfall import browser, page
from waterfall.spans import Span

spans: list[Span] = []


async def take_envelope(request):
    """The SDK's `tunnel`: one envelope as it would go to Sentry."""
    envelope = Envelope.deserialize(await request.body())
    spans.extend(browser.spans(envelope))
    return Response(status_code=200)


async def take_span(request):
    """One span fact of one service."""
    spans.append(Span(**await request.json()))
    return Response(status_code=204)


async def tell_spans(request):
    """Everything that has arrived, for the checks."""
    return JSONResponse([vars(span) for span in spans])


async def watch(request):
    """The waterfall of all traces so far; it keeps itself up to date."""
    return HTMLResponse(page.render(spans, live=True))


async def watch_part(request):
    """Only the traces: what that page asks for each second."""
    return HTMLResponse(page.render_traces(spans))


routes = [
    Route("/envelope", take_envelope, methods=["POST"]),
    Route("/spans", take_span, methods=["POST"]),
    Route("/spans.json", tell_spans),
]
