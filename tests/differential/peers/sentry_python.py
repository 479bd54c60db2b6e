"""The Python SDK as a line filter: reads a request in JSON on each line, and writes its reading in JSON."""

import json
import sys

import sentry_sdk
from sentry_sdk.tracing import Span
from sentry_sdk.tracing_utils import Baggage, extract_sentrytrace_data
from sentry_sdk.transport import Transport


class Nowhere(Transport):
    """Sends nothing."""

    def capture_envelope(self, envelope):
        pass


def sentry_trace(request):
    read = extract_sentrytrace_data(request["value"])
    return read and [read["trace_id"], read["parent_span_id"], read["parent_sampled"]]


def baggage(request):
    return list(Baggage.from_incoming_header(request["value"]).sentry_items.items())


def write(request):
    span = Span(trace_id=request["trace_id"], span_id=request["span_id"], sampled=request["sampled"])
    written = Baggage(dict(request["members"])).serialize()
    return {"sentry-trace": span.to_traceparent(), "baggage": written}


def hop(request):
    """Continues, decides if there is a rate, and returns what it forwards."""
    sentry_sdk.init(transport=Nowhere, default_integrations=False, **request["options"])
    with sentry_sdk.isolation_scope() as scope:
        transaction = sentry_sdk.continue_trace(request["headers"], name="/hop", source="route")
        if request["options"]["traces_sample_rate"] is None:
            parent = scope.get_active_propagation_context().parent_span_id
            headers = {"sentry-trace": sentry_sdk.get_traceparent(), "baggage": sentry_sdk.get_baggage()}
            return {"parent_span_id": parent, "headers": headers}
        with sentry_sdk.start_transaction(transaction):
            return {"parent_span_id": transaction.parent_span_id, "headers": dict(transaction.iter_headers())}


def main():
    kinds = {"sentry_trace": sentry_trace, "baggage": baggage, "write": write, "hop": hop}
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(kinds[request["kind"]](request)))


main()
