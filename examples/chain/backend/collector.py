"""The collector: receives the browser SDK's envelopes and the services' span facts, and shows the traces live."""

import gzip

from sentry_sdk.envelope import Envelope
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from waterfall import browser, page
from waterfall.spans import Span

spans: list[Span] = []
recorded: list[dict] = []


async def take_envelope(request):
    """The SDK's `tunnel`: receives an envelope that would otherwise be sent to Sentry."""
    envelope = Envelope.deserialize(await request.body())
    spans.extend(browser.spans(envelope))
    return Response(status_code=200)


async def take_recorded(request):
    """Receives the transactions that the SDK of a service sends, and stores the ids of each span."""
    envelope = Envelope.deserialize(gzip.decompress(await request.body()))
    for transaction in filter(None, (item.get_transaction_event() for item in envelope.items)):
        for span in (transaction["contexts"]["trace"], *transaction["spans"]):
            recorded.append({name: span.get(name) for name in ("trace_id", "span_id", "parent_span_id")})
    return JSONResponse({})


async def tell_recorded(request):
    """Returns the ids of all spans that the services' SDKs recorded, for the checks."""
    return JSONResponse(recorded)


async def take_span(request):
    """Receives one span fact of one service."""
    spans.append(Span(**await request.json()))
    return Response(status_code=204)


async def tell_spans(request):
    """Returns everything that was received, for the checks."""
    return JSONResponse([vars(span) for span in spans])


async def watch(request):
    """The waterfall of all traces so far; the page updates itself."""
    return HTMLResponse(page.render(spans, live=True))


async def watch_part(request):
    """Only the traces, which that page requests each second."""
    return HTMLResponse(page.render_traces(spans))


routes = [
    Route("/envelope", take_envelope, methods=["POST"]),
    Route("/spans", take_span, methods=["POST"]),
    Route("/spans.json", tell_spans),
    Route("/recorded.json", tell_recorded),
]
