"""The official SDK for Python."""

import importlib.metadata
import sys
from pathlib import Path

# This file has the same name as the package.
sys.path = [path for path in sys.path if Path(path or ".").resolve() != Path(__file__).parent]

import sentry_sdk  # noqa: E402
from sentry_sdk.tracing_utils import (  # noqa: E402
    Baggage,
    extract_sentrytrace_data,
    should_propagate_trace,
)
from sentry_sdk.transport import Transport  # noqa: E402

SUBJECT = f"sentry-sdk {importlib.metadata.version('sentry-sdk')} (Python)"
OPTIONS = {"dsn", "org_id", "release", "environment", "traces_sample_rate", "strict_trace_continuation"}


class Nowhere(Transport):
    """Sends nothing."""

    def capture_envelope(self, envelope):
        pass


def init(**options):
    sentry_sdk.init(transport=Nowhere, default_integrations=False, **{"dsn": "https://key@sentry.test/2", **options})


def sentry_trace_parse(given):
    read = extract_sentrytrace_data(given["value"])
    if not read or not read["trace_id"]:
        return {"error": True}
    return {"trace_id": read["trace_id"], "span_id": read["parent_span_id"], "sampled": read["parent_sampled"]}


def baggage_parse(given):
    read = Baggage.from_incoming_header(",".join(given["lines"]))
    foreign = [member for member in read.third_party_items.split(",") if member]
    return {"sentry": [list(pair) for pair in read.sentry_items.items()], "foreign": foreign}


def continue_trace(given):
    if not given.keys() <= {"options", "seed", "headers"} or not given["options"].keys() <= OPTIONS:
        return None
    if any(not isinstance(value, str) for _, value in given["headers"]):
        return None
    init(**given["options"])
    headers = {}
    for name, value in given["headers"]:
        headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
    with sentry_sdk.isolation_scope() as scope:
        transaction = sentry_sdk.continue_trace(headers, name="/hop", source="route")
        if given["options"].get("traces_sample_rate") is None:
            position = scope.get_active_propagation_context()
            trace, baggage = sentry_sdk.get_traceparent(), sentry_sdk.get_baggage()
            return answer(position.trace_id, position.span_id, position.parent_span_id, trace, baggage)
        with sentry_sdk.start_transaction(transaction) as span:
            written = dict(span.iter_headers())
            return {
                **answer(span.trace_id, span.span_id, span.parent_span_id, written["sentry-trace"], written.get("baggage")),
                "sampled": span.sampled,
            }


def answer(trace_id, span_id, parent_span_id, sentry_trace, baggage):
    """Returns the answer without the baggage of a new trace, which always has the SDK's environment and detected release."""
    said = {
        "trace_id": trace_id,
        "span_id": span_id,
        "parent_span_id": parent_span_id,
        "sentry_trace": sentry_trace,
    }
    return said | {"baggage": baggage or None} if parent_span_id else said


def allows(given):
    targets = given["options"].get("trace_propagation_targets")
    if given["options"].keys() - {"trace_propagation_targets"} or targets is None or "page_url" in given:
        return None
    if any(not isinstance(target, str) for target in targets):
        return None
    init(trace_propagation_targets=targets)
    return {"allowed": should_propagate_trace(sentry_sdk.get_client(), given["url"])}
