"""The same program by the Python module."""

import sys

import tracehop

propagator = tracehop.Propagator(
    dsn="https://key@o1.ingest.sentry.io/2",
    release="hop@1.0",
    trace_propagation_targets=[tracehop.Origin("https://*.myapp.com"), "/internal/"],
)

for line in sys.stdin:
    url, trace, baggage, own = line.rstrip("\n").split("\t")
    incoming = {"sentry-trace": trace, "baggage": baggage}
    context = propagator.adopt(incoming) or propagator.continue_trace(incoming)
    request = {"baggage": own}
    outcome = propagator.inject(context, url, request)

    sampled = {None: "undecided", False: "no", True: "yes"}[context.sampled]
    findings = sorted({*context.findings, *outcome.findings}, key=lambda finding: finding.number)
    carried = [request.get(name) or "-" for name in ("sentry-trace", "baggage")]
    print(outcome.reason, sampled, *carried, ",".join(finding.code for finding in findings), sep=" | ")
