#!/bin/bash
# OpenTelemetry's JavaScript package writes a traceparent that nobody can read when a high bit of the flags was set.
#
# Guess: flags of which this version knows nothing are passed on, or cleared as W3C Trace Context asks of version 00.
# Seen with @opentelemetry/core 2.12.1: flags of two hex digits above 0f, which a reader has to accept, are sent on with a
# zero in front, three digits in all. The header is 56 characters long then, and its own reader refuses it. opentelemetry-api
# 1.39.0 for Python passes the two digits on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-api==1.39.0
npm install --silent --no-audit @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { parseTraceParent, W3CTraceContextPropagator } from "@opentelemetry/core";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new W3CTraceContextPropagator();
for (const flags of ["01", "03", "11"]) {
  const came = { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-${flags}` };
  const sent = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`${flags} -> ${sent.traceparent.slice(53)}, ${parseTraceParent(sent.traceparent) ? "read" : "refused"} by itself`);
}
JAVASCRIPT
cat > hop.py <<'PYTHON'
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

sent = {}
came = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-11"}
TraceContextTextMapPropagator().inject(sent, TraceContextTextMapPropagator().extract(came))
print("Python: 11 ->", sent["traceparent"][53:])
PYTHON
{
    node hop.mjs
    venv/bin/python hop.py
} | tee seen
diff seen - <<'EXPECTED'
01 -> 01, read by itself
03 -> 03, read by itself
11 -> 011, refused by itself
Python: 11 -> 11
EXPECTED
