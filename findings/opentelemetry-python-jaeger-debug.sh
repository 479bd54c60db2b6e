#!/bin/bash
# OpenTelemetry's Jaeger propagator for Python turns the debug flag on in every sampled trace.
#
# Guess: the flags of `uber-trace-id` pass through as they came: 1 (sampled) stays 1, 3 (sampled and debug) stays 3.
# Seen with opentelemetry-propagator-jaeger 1.39.0: every sampled trace goes out with 03. Debug asks each service behind it
# to keep the trace whatever its sampler says. @opentelemetry/propagator-jaeger 2.12.0 does the opposite: 3 goes out as 01.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-propagator-jaeger==1.39.0 opentelemetry-api==1.39.0
npm install --silent --no-audit @opentelemetry/propagator-jaeger@2.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from opentelemetry.propagators.jaeger import JaegerPropagator

for flags in "013":
    sent = {}
    came = {"uber-trace-id": f"{'4b' * 16}:{'a3' * 8}:0:{flags}"}
    JaegerPropagator().inject(sent, JaegerPropagator().extract(came))
    print("Python:", flags, "->", sent["uber-trace-id"].rsplit(":", 1)[1])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { JaegerPropagator } from "@opentelemetry/propagator-jaeger";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new JaegerPropagator();
for (const flags of "013") {
  const came = { "uber-trace-id": `${"4b".repeat(16)}:${"a3".repeat(8)}:0:${flags}` };
  const sent = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`JavaScript: ${flags} -> ${sent["uber-trace-id"].split(":").pop()}`);
}
JAVASCRIPT
{
    venv/bin/python hop.py
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Python: 0 -> 00
Python: 1 -> 03
Python: 3 -> 03
JavaScript: 0 -> 00
JavaScript: 1 -> 01
JavaScript: 3 -> 01
EXPECTED
