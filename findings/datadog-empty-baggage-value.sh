#!/bin/bash
# One baggage member with an empty value makes Datadog's tracers drop the whole header.
#
# Guess: `coupon=`, which W3C Baggage allows (a value is zero or more octets), is passed on or dropped alone.
# Seen with ddtrace 4.16.0 and dd-trace 5.132.0: no baggage goes out at all, so later services lose the tenant and the members
# of other vendors too, Sentry's sampling context among them. opentelemetry-api 1.45.2 passes all three members on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q ddtrace==4.16.0 opentelemetry-api==1.45.2
npm install --silent --no-audit --ignore-scripts --omit=optional dd-trace@5.132.0
cat > hop.py <<'PYTHON'
import sys
from ddtrace.propagation.http import HTTPPropagator
from opentelemetry.baggage.propagation import W3CBaggagePropagator

came = {"baggage": sys.argv[1], "traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01"}
sent = {}
HTTPPropagator.inject(HTTPPropagator.extract(came), sent)
print("ddtrace:", sent.get("baggage", "nothing"))
sent = {}
W3CBaggagePropagator().inject(sent, W3CBaggagePropagator().extract(came))
print("opentelemetry-api:", sent["baggage"])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import datadog from "dd-trace";

const came = { baggage: process.argv[2], traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-01` };
const tracer = datadog.init({ plugins: false, startupLogs: false });
const sent = {};
tracer.inject(tracer.extract("http_headers", came), "http_headers", sent);
console.log("dd-trace:", sent.baggage ?? "nothing");
process.exit();
JAVASCRIPT
export DD_INSTRUMENTATION_TELEMETRY_ENABLED=false DD_REMOTE_CONFIGURATION_ENABLED=false
for baggage in "tenant=acme,coupon=7,sentry-sample_rand=0.25" "tenant=acme,coupon=,sentry-sample_rand=0.25"; do
    echo "$baggage"
    venv/bin/python hop.py "$baggage" 2>/dev/null
    node hop.mjs "$baggage" 2>/dev/null
done | tee seen
diff seen - <<'EXPECTED'
tenant=acme,coupon=7,sentry-sample_rand=0.25
ddtrace: tenant=acme,coupon=7,sentry-sample_rand=0.25
opentelemetry-api: tenant=acme,coupon=7,sentry-sample_rand=0.25
dd-trace: tenant=acme,coupon=7,sentry-sample_rand=0.25
tenant=acme,coupon=,sentry-sample_rand=0.25
ddtrace: nothing
opentelemetry-api: tenant=acme,coupon=,sentry-sample_rand=0.25
dd-trace: nothing
EXPECTED
