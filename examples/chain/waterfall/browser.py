"""Converts the items of the browser SDK's envelopes to spans."""

import json
from urllib.parse import urlsplit

from .spans import Span

# The SDK also records spans for every asset, paint and long task; the waterfall shows only these.
SHOWN = {"pageload", "navigation", "ui.action.click", "http.client"}


def spans(envelope):
    """The spans of one `sentry_sdk.envelope.Envelope`, with the trace header that it carries."""
    trace = envelope.headers.get("trace", {})
    batches = [json.loads(item.get_bytes())["items"] for item in envelope.items if item.type == "span"]
    spans = [_span(item, trace) for batch in batches for item in batch]
    return [span for span in spans if span.op in SHOWN]


def _span(item, trace):
    """One span; it is sampled, because the SDK sends only sampled spans."""
    op = _attribute(item, "sentry.op")
    return Span(
        service="page",
        kind="client" if op == "http.client" else "internal",
        name=_name(item),
        op=op,
        trace_id=item["trace_id"],
        span_id=item["span_id"],
        parent_span_id=item.get("parent_span_id"),
        sampled=True,
        start=item["start_timestamp"],
        end=item["end_timestamp"],
        dynamic_sampling_context=trace,
    )


def _name(item):
    """The SDK's name of the span; for a request its path, because all services of this demo are on one host."""
    url = _attribute(item, "url.full")
    method = _attribute(item, "http.request.method")
    return f"{method} {urlsplit(url).path}" if method else item["name"]


def _attribute(item, key):
    return item["attributes"].get(key, {}).get("value", "")
