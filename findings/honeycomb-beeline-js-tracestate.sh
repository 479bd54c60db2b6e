#!/bin/bash
# Honeycomb's Beeline for JavaScript sends the application's trace fields as tracestate, and every traceparent as sampled.
#
# Guess: with Beeline's W3C hooks a service passes flags 00 and the tracestate on; fields that it adds stay Honeycomb's.
# Seen with honeycomb-beeline 4.2.0: flags 00 go out as 01, so later services record what the first one did not. A field that
# `addTraceContext` adds goes out as a member `app.tenant`, which is no tracestate key because of its dot, so opentelemetry-api
# 1.45.2 in the next service drops the state of all vendors.
# Beeline for Python 3.6.0 keeps flags and tracestate.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q honeycomb-beeline==3.6.0 opentelemetry-api==1.45.2
npm install --silent --no-audit honeycomb-beeline@4.2.0
cat > hop.mjs <<'JAVASCRIPT'
import beeline from "honeycomb-beeline";

const { httpTraceParserHook, httpTracePropagationHook } = beeline.w3c;
const hooks = { httpTraceParserHook, httpTracePropagationHook };
beeline({ disabled: true, enabledInstrumentations: [], serviceName: "hop", dataset: "hop", writeKey: "key", ...hooks });
for (const flags of ["00", "01"]) {
  const headers = { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-${flags}`, tracestate: "dd=s:-1" };
  const came = httpTraceParserHook({ headers });
  const trace = beeline.startTrace({ name: "checkout" }, came.traceId, came.parentSpanId, came.dataset, came.customContext);
  beeline.addTraceContext({ tenant: "acme" });
  const sent = httpTracePropagationHook(beeline.getPropagationContext());
  console.log(flags, sent.traceparent, sent.tracestate);
  beeline.finishTrace(trace);
}
JAVASCRIPT
cat > hop.py <<'PYTHON'
import sys
from beeline.propagation import DictRequest, w3c
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

for line in sys.stdin:
    flags, traceparent, tracestate = line.split()
    print(f"JavaScript: {flags} -> {traceparent[53:]}, {tracestate}")
    sent = {}
    propagator = TraceContextTextMapPropagator()
    propagator.inject(sent, propagator.extract({"traceparent": traceparent, "tracestate": tracestate}))
    print("  the next service sends:", sent.get("tracestate", "no tracestate"))
    came = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-{flags}", "tracestate": "dd=s:-1"}
    sent = w3c.http_trace_propagation_hook(w3c.http_trace_parser_hook(DictRequest(came)))
    print(f"Python: {flags} -> {sent['traceparent'][53:]}, {sent['tracestate']}")
PYTHON
node hop.mjs 2>/dev/null | venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
JavaScript: 00 -> 01, dd=s:-1,app.tenant=acme
  the next service sends: no tracestate
Python: 00 -> 00, dd=s:-1
JavaScript: 01 -> 01, dd=s:-1,app.tenant=acme
  the next service sends: no tracestate
Python: 01 -> 01, dd=s:-1
EXPECTED
