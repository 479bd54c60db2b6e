#!/bin/bash
# OpenTelemetry's OT propagator for Python reports a sampled trace as not sampled if traceparent says that its id is random.
#
# Guess: flags 03 of a traceparent, sampled and random trace id, become `ot-tracer-sampled: true`.
# Seen with opentelemetry-propagator-ot-trace 0.66b1: the flags are compared with 01 as a whole, so 03 becomes `false`, and later
# services drop a trace that the first one recorded. @opentelemetry/propagator-ot-trace 0.29.0 tests the one bit and writes
# `true`. A trace through both languages is recorded in part.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-propagator-ot-trace==0.66b1 opentelemetry-api==1.45.2
npm install --silent --no-audit @opentelemetry/propagator-ot-trace@0.29.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from opentelemetry.propagators.ot_trace import OTTracePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

w3c, ot = TraceContextTextMapPropagator(), OTTracePropagator()
for flags in ("00", "01", "03"):
    sent = {}
    ot.inject(sent, w3c.extract({"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-{flags}"}))
    print("Python:", flags, "->", sent["ot-tracer-sampled"])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTTracePropagator } from "@opentelemetry/propagator-ot-trace";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const [w3c, ot] = [new W3CTraceContextPropagator(), new OTTracePropagator()];
for (const flags of ["00", "01", "03"]) {
  const came = { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-${flags}` };
  const sent = {};
  ot.inject(w3c.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`JavaScript: ${flags} -> ${sent["ot-tracer-sampled"]}`);
}
JAVASCRIPT
{
    venv/bin/python hop.py
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Python: 00 -> false
Python: 01 -> true
Python: 03 -> false
JavaScript: 00 -> false
JavaScript: 01 -> true
JavaScript: 03 -> true
EXPECTED
