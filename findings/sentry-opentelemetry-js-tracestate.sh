#!/bin/bash
# Sentry's propagator for OpenTelemetry in JavaScript puts the sampling context into tracestate, where it breaks the list.
#
# Guess: with the propagators of W3C Trace Context and of Sentry side by side, tracestate leaves the service as it came.
# Seen with @sentry/opentelemetry 11.12.0 and @opentelemetry/sdk-trace-base 2.3.0: SentryPropagator keeps the sampling context in
# the tracestate of the position, as the value of a member `sentry.dsc`, and the W3C propagator sends it. The key has a dot and
# the value has commas and equals signs, so the list is malformed: opentelemetry-api 1.45.2 in the next service drops all of
# it. The vendor's member that came is gone before that, since the propagator that reads last replaces the tracestate.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-api==1.45.2
npm install --silent --no-audit @sentry/opentelemetry@11.12.0 @opentelemetry/sdk-trace-base@2.3.0 @opentelemetry/core@2.12.1 \
    @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { CompositePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { SentryPropagator } from "@sentry/opentelemetry";

const w3c = new W3CTraceContextPropagator();
const propagator = new CompositePropagator({ propagators: [w3c, new SentryPropagator()] });
const came = {
  traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-01`,
  tracestate: "dd=s:1",
  "sentry-trace": `${"4b".repeat(16)}-${"a3".repeat(8)}-1`,
  baggage: "sentry-environment=production,sentry-sample_rand=0.25",
};
const read = propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter);
const span = new BasicTracerProvider().getTracer("hop").startSpan("checkout", {}, read);
const sent = {};
w3c.inject(trace.setSpan(read, span), sent, defaultTextMapSetter);
console.log(sent.tracestate);
JAVASCRIPT
cat > next.py <<'PYTHON'
import sys
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

for state in ("dd=s:1", sys.argv[1]):
    sent = {}
    came = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": state}
    TraceContextTextMapPropagator().inject(sent, TraceContextTextMapPropagator().extract(came))
    print(state, "-> after the next service:", sent.get("tracestate", "nothing"))
PYTHON
venv/bin/python next.py "$(node hop.mjs)" 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
dd=s:1 -> after the next service: dd=s:1
sentry.dsc=sentry-environment=production,sentry-sample_rand=0.25 -> after the next service: nothing
EXPECTED
