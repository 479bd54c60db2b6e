#!/bin/bash
# A B3 decision without ids, `b3: 0`, is ignored by most packages that read the header.
#
# Guess: after `b3: 0`, which B3 defines for a sender that wants no record of the request, each package starts a trace that is
# not sampled.
# Seen with opentelemetry-propagator-b3 1.45.1, @opentelemetry/propagator-b3 2.12.0 and aiozipkin 1.1.1: they find no ids and drop
# the decision too. A service with OpenTelemetry's default sampler records each of these requests and writes `1` for all that it
# calls; aiozipkin leaves it to its own sampler. py_zipkin 1.2.8 does as the sender asks. After 0 with ids all four send 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-propagator-b3==1.45.1 opentelemetry-sdk==1.45.2 aiozipkin==1.1.1 py_zipkin==1.2.8
npm install --silent --no-audit @opentelemetry/propagator-b3@2.12.0 @opentelemetry/sdk-trace-base@2.3.0 @opentelemetry/core@2.12.1 \
    @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
import sys
import aiozipkin
from opentelemetry.propagators.b3 import B3SingleFormat
from opentelemetry.sdk.trace import TracerProvider
from py_zipkin.request_helpers import extract_zipkin_attrs_from_headers

came = {"b3": sys.argv[1]}
propagator = B3SingleFormat()
sent = {}
with TracerProvider().get_tracer("hop").start_as_current_span("checkout", context=propagator.extract(came)):
    propagator.inject(sent)
print("opentelemetry, Python:", sent["b3"][50:])
context = aiozipkin.make_context(came)
print("aiozipkin:", int(context.sampled) if context else "nothing read")
print("py_zipkin:", int(extract_zipkin_attrs_from_headers(came).is_sampled))
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { B3Propagator } from "@opentelemetry/propagator-b3";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";

const propagator = new B3Propagator();
const read = propagator.extract(ROOT_CONTEXT, { b3: process.argv[2] }, defaultTextMapGetter);
const span = new BasicTracerProvider().getTracer("hop").startSpan("checkout", {}, read);
const sent = {};
propagator.inject(trace.setSpan(read, span), sent, defaultTextMapSetter);
console.log(`opentelemetry, JavaScript: ${sent.b3.slice(50)}`);
JAVASCRIPT
for value in "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-0" 0; do
    echo "b3: $value"
    venv/bin/python hop.py "$value"
    node hop.mjs "$value"
done | tee seen
diff seen - <<'EXPECTED'
b3: 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-0
opentelemetry, Python: 0
aiozipkin: 0
py_zipkin: 0
opentelemetry, JavaScript: 0
b3: 0
opentelemetry, Python: 1
aiozipkin: nothing read
py_zipkin: 0
opentelemetry, JavaScript: 1
EXPECTED
