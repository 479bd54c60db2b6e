#!/bin/bash
# Of four packages that read and write W3C Baggage only one keeps a member's properties.
#
# Guess: `tenant=acme;ttl=60` passes through every tracer unchanged, or loses `;ttl=60`.
# Seen with opentelemetry-api 1.39.0, ddtrace 4.16.0, @sentry/core 11.12.0 and @opentelemetry/core 2.12.1: the first three
# take the property for a part of the value and write it percent-encoded, so the next service reads the tenant
# "acme;ttl=60". The last keeps it as a property.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-api==1.39.0 ddtrace==4.16.0
npm install --silent --no-audit @sentry/core@11.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from ddtrace.propagation.http import HTTPPropagator
from opentelemetry.baggage.propagation import W3CBaggagePropagator

came = {"baggage": "tenant=acme;ttl=60", "traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01"}
sent = {}
W3CBaggagePropagator().inject(sent, W3CBaggagePropagator().extract(came))
print("opentelemetry-api:", sent["baggage"])
sent = {}
HTTPPropagator.inject(HTTPPropagator.extract(came), sent)
print("ddtrace:", sent["baggage"])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { W3CBaggagePropagator } from "@opentelemetry/core";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";
import { objectToBaggageHeader, parseBaggageHeader } from "@sentry/core";

const came = { baggage: "tenant=acme;ttl=60" };
console.log("@sentry/core:", objectToBaggageHeader(parseBaggageHeader(came.baggage)));
const propagator = new W3CBaggagePropagator();
const sent = {};
propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
console.log("@opentelemetry/core:", sent.baggage);
JAVASCRIPT
export DD_INSTRUMENTATION_TELEMETRY_ENABLED=false DD_REMOTE_CONFIGURATION_ENABLED=false
{
    venv/bin/python hop.py 2>/dev/null
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
opentelemetry-api: tenant=acme%3Bttl%3D60
ddtrace: tenant=acme%3Bttl%3D60
@sentry/core: tenant=acme%3Bttl%3D60
@opentelemetry/core: tenant=acme;ttl=60
EXPECTED
