"""The subjects: each has, for each workload, a statement that uses `it`, and the inputs for `it`.

A peer does a workload as its documentation recommends; a peer without such a function is omitted.
"""

import os
import sys
from types import SimpleNamespace

Works = dict[str, tuple[str, list]]


def faces(module, work: SimpleNamespace) -> tuple[Works, dict]:
    """tracehop and its floor, which has the same classes."""
    propagator = module.Propagator(trace_propagation_targets=work.targets)
    contexts = [propagator.continue_trace(headers) for headers in work.headers]
    hop = "propagator.continue_trace(it).headers()"
    works = {
        "W1": ("SentryTrace.parse(it)", work.sentry_trace),
        "W2": ("Baggage.parse(it).sentry", work.baggage),
        "W3": ("propagator.continue_trace(it)", work.headers),
        "W4": ("it.headers()", contexts),
        "W5": (hop, work.headers),
        "W6": ("propagator.allows(it)", work.urls),
        "W7": ("it.meta_tags()", contexts),
    }
    works |= {name: (hop, headers) for name, headers in work.hostile.items()}
    return works, vars(module) | {"propagator": propagator}


def tracehop(work: SimpleNamespace) -> tuple[Works, dict]:
    import tracehop

    return faces(tracehop, work)


def floor(work: SimpleNamespace) -> tuple[Works, dict]:
    import tracehop_floor

    return faces(tracehop_floor, work)


def sentry_sdk(work: SimpleNamespace, integrations: tuple = ()) -> tuple[Works, dict]:
    import sentry_sdk
    from sentry_sdk import tracing_utils

    sentry_sdk.init(trace_propagation_targets=work.targets, default_integrations=False, integrations=integrations)
    contexts = [tracing_utils.PropagationContext.from_incoming_data(headers) for headers in work.headers]
    scope = sentry_sdk.get_isolation_scope()
    scope.set_new_propagation_context()
    scope.continue_trace(work.headers[0])
    return {
        "W1": ("extract_sentrytrace_data(it)", work.sentry_trace),
        "W2": ("Baggage.from_incoming_header(it).sentry_items", work.baggage),
        "W3": ("PropagationContext.from_incoming_data(it)", work.headers),
        "W4": ("dict(it.iter_headers())", contexts),
        "W5": ("dict(PropagationContext.from_incoming_data(it).iter_headers())", work.headers),
        "W6": ("should_propagate_trace(client, it)", work.urls),
        "W7": ("scope.trace_propagation_meta()", contexts),
        **{name: ("dict(PropagationContext.from_incoming_data(it).iter_headers())", headers) for name, headers in work.hostile.items()},
    }, vars(tracing_utils) | {"client": sentry_sdk.get_client(), "scope": scope}


def sentry_sdk_with_tracehop(work: SimpleNamespace) -> tuple[Works, dict]:
    """The same statements with the integration, in a second copy of the SDK: that of the peer is not changed."""
    theirs = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "sentry_sdk"}
    try:
        from tracehop.sentry import Integration

        return sentry_sdk(work, (Integration(),))
    finally:
        sys.modules.update(theirs)


def opentelemetry(work: SimpleNamespace) -> tuple[Works, dict]:
    import logging

    from opentelemetry import context
    from opentelemetry.baggage import get_all
    from opentelemetry.baggage.propagation import W3CBaggagePropagator
    from opentelemetry.propagators.composite import CompositePropagator
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    logging.disable()  # it logs each member that it does not read

    trace, baggage = TraceContextTextMapPropagator(), W3CBaggagePropagator()
    both = CompositePropagator([trace, baggage])
    empty = context.Context()

    def inject(current) -> dict:
        headers: dict = {}
        both.inject(headers, current)
        return headers

    extracted = [both.extract(headers, empty) for headers in work.w3c]
    return {
        "W1": ("trace.extract(it, empty)", work.w3c),
        "W2": ("get_all(baggage.extract(it, empty))", work.w3c),
        "W3": ("both.extract(it, empty)", work.w3c),
        "W4": ("inject(it)", extracted),
        "W5": ("inject(both.extract(it, empty))", work.w3c),
    }, locals()


def set_up_ddtrace() -> None:
    """OpenTelemetry, which only propagates: nothing is recorded or sent."""
    os.environ |= {
        "DD_TRACE_ENABLED": "false", "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false", "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_PROPAGATION_STYLE": "tracecontext,baggage",
    }


def ddtrace(work: SimpleNamespace) -> tuple[Works, dict]:
    set_up_ddtrace()
    from ddtrace.propagation import http

    def inject(current) -> dict:
        headers: dict = {}
        http.HTTPPropagator.inject(current, headers)
        return headers

    extract, trace, baggage = http.HTTPPropagator.extract, http._TraceContext._extract, http._BaggageHeader._extract
    contexts = [extract(headers) for headers in work.w3c]
    return {
        "W1": ("trace(it)", work.w3c),
        "W2": ("baggage(it)", work.w3c),
        "W3": ("extract(it)", work.w3c),
        "W4": ("inject(it)", contexts),
        "W5": ("inject(extract(it))", work.w3c),
    }, locals()


ALL = {
    "tracehop": tracehop, "floor": floor, "sentry-sdk": sentry_sdk, "sentry-sdk with tracehop": sentry_sdk_with_tracehop,
    "opentelemetry-api": opentelemetry, "ddtrace": ddtrace,
}
PEERS = list(ALL)[2:]


def runner(statement: str, names: dict):
    """A function of (inputs, passes), as timeit makes it: the loop contains the statement itself, not a call."""
    text = f"def run(inputs, passes):\n for _ in range(passes):\n  for it in inputs:\n   {statement}\n"
    scope = dict(names)
    exec(text, scope)
    return scope["run"]
