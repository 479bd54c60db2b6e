#!/bin/bash
# OpenTelemetry drops a baggage member of 4,097 bytes, although W3C Baggage asks to pass on all of 8,192.
#
# Guess: a list of two members and 4,109 bytes is below the limits of W3C Baggage (section "Limits": 64 members and 8,192 bytes
# in all), up to which all members have to be passed on, so each tracer passes both on.
# Seen with opentelemetry-api 1.45.1, @opentelemetry/core 2.12.1, ddtrace 4.16.0 and sentry-sdk 2.75.0: both packages of
# OpenTelemetry have a limit of 4,096 bytes for one member, which the specification does not have. The longer member, such as a
# signed token, is gone behind the service; the one beside it stays. ddtrace and Sentry pass both on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile opentelemetry-api==1.45.1 ddtrace==4.16.0 sentry-sdk==2.75.0
npm install --ignore-scripts --silent --no-audit @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from ddtrace.propagation.http import HTTPPropagator
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from sentry_sdk.tracing_utils import Baggage


def opentelemetry(came):
    sent = {}
    W3CBaggagePropagator().inject(sent, context=W3CBaggagePropagator().extract(came))
    return sent["baggage"]


def datadog(came):
    sent = {}
    HTTPPropagator.inject(HTTPPropagator.extract(came), sent)
    return sent["baggage"]


def sentry(came):
    return Baggage.from_incoming_header(came["baggage"]).serialize(include_third_party=True)


for length in (4096, 4097):
    came = {"baggage": f"{'token='.ljust(length, 'x')},tenant=acme"}
    for hop in (opentelemetry, datadog, sentry):
        print(f"Python, {hop.__name__}, {length}:", [len(member) for member in hop(came).split(",")])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";
import { W3CBaggagePropagator } from "@opentelemetry/core";

const propagator = new W3CBaggagePropagator();
for (const length of [4096, 4097]) {
  const sent = {};
  const came = { baggage: `${"token=".padEnd(length, "x")},tenant=acme` };
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`JavaScript, opentelemetry, ${length}:`, sent.baggage.split(",").map((member) => member.length));
}
JAVASCRIPT
{
    DD_TRACE_ENABLED=false venv/bin/python hop.py 2>/dev/null
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Python, opentelemetry, 4096: [4096, 11]
Python, datadog, 4096: [4096, 11]
Python, sentry, 4096: [4096, 11]
Python, opentelemetry, 4097: [11]
Python, datadog, 4097: [4097, 11]
Python, sentry, 4097: [4097, 11]
JavaScript, opentelemetry, 4096: [ 4096, 11 ]
JavaScript, opentelemetry, 4097: [ 11 ]
EXPECTED
