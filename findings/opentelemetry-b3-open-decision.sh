#!/bin/bash
# A sampling decision that B3 leaves open is closed by OpenTelemetry's packages, and not by all in the same way.
#
# Guess: a B3 position without a sampling state, by which the sender leaves the decision to the receiver, is passed on
# without one. After the JavaScript package had answered otherwise the guess for Python was: as JavaScript does.
# Seen with @opentelemetry/propagator-b3 2.12.0 and opentelemetry-propagator-b3 1.39.0: JavaScript writes `-0`, so later
# services drop the trace. Python writes `1` after a single b3 header, so later services keep every trace, and `0` after the
# X-B3 headers. This matters if a Sentry trace, whose sentry-trace header has the same open state, crosses a mesh that speaks B3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-propagator-b3==1.39.0 opentelemetry-api==1.39.0
npm install --silent --no-audit @opentelemetry/propagator-b3@2.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { B3Propagator } from "@opentelemetry/propagator-b3";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new B3Propagator();
for (const state of ["", "-0", "-1", "-d"]) {
  const came = { b3: `${"4b".repeat(16)}-${"a3".repeat(8)}${state}` };
  const sent = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`JavaScript, b3: ${state || "(open)"} -> ${sent.b3.slice(49) || "(open)"}`);
}
JAVASCRIPT
cat > hop.py <<'PYTHON'
from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat

single, several = B3SingleFormat(), B3MultiFormat()
sent = {}
single.inject(sent, single.extract({"b3": f"{'4b' * 16}-{'a3' * 8}"}))
print("Python, b3: (open) ->", sent["b3"][49:])
sent = {}
several.inject(sent, several.extract({"x-b3-traceid": "4b" * 16, "x-b3-spanid": "a3" * 8}))
print("Python, X-B3: (open) ->", sent["x-b3-sampled"])
PYTHON
{
    node hop.mjs
    venv/bin/python hop.py
} | tee seen
diff seen - <<'EXPECTED'
JavaScript, b3: (open) -> -0
JavaScript, b3: -0 -> -0
JavaScript, b3: -1 -> -1
JavaScript, b3: -d -> -d
Python, b3: (open) -> -1
Python, X-B3: (open) -> 0
EXPECTED
