"""tracehop itself: every vector that is asked must pass."""

import tracehop

SUBJECT = f"tracehop {tracehop.__version__} (Python)"


def sentry_trace_parse(given):
    return parsed(tracehop.SentryTrace, given["value"])


def traceparent_parse(given):
    return parsed(tracehop.Traceparent, given["value"])


def parsed(header, value):
    try:
        read = header.parse(value)
    except tracehop.HeaderError:
        return {"error": True}
    return {"trace_id": read.trace_id, "span_id": read.span_id, "sampled": read.sampled}


def baggage_parse(given):
    read = tracehop.Baggage.parse(given["lines"])
    return {"sentry": [list(pair) for pair in read.sentry.items()], "foreign": [str(member) for member in read.foreign]}


def continue_trace(given):
    if not given.keys() <= {"options", "seed", "headers"} or not given["options"].keys() <= OPTIONS:
        return None
    context = tracehop.Propagator(**given["options"]).continue_trace([tuple(pair) for pair in given["headers"]])
    names = ("trace_id", "span_id", "parent_span_id", "sampled", "baggage", "sentry_trace")
    return {name: getattr(context, name) for name in names}


def allows(given):
    targets = given["options"].get("trace_propagation_targets")
    if given["options"].keys() - {"trace_propagation_targets"} or any(isinstance(target, dict) for target in targets or ()):
        return None
    return {"allowed": tracehop.Propagator(**given["options"]).allows(given["url"], given.get("page_url"))}


OPTIONS = {"dsn", "org_id", "release", "environment", "traces_sample_rate", "strict_trace_continuation"}
