#!/bin/bash
# A blank in the baggage becomes a plus sign when it passes through OpenTelemetry's Python and JavaScript packages.
#
# Guess: `note=hello%20world` leaves a Python service as it came, and a JavaScript service behind it reads "hello world".
# Seen with opentelemetry-api 1.39.0 and @opentelemetry/core 2.12.1: Python reads "hello world" and writes
# `note=hello+world`. JavaScript reads a plus sign there, since a plus is no escape in W3C Baggage, and writes it on as
# `note=hello%2Bworld`. From then on each reader of the trace has the wrong text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-api==1.39.0
npm install --silent --no-audit @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
import sys
from opentelemetry.baggage import get_all
from opentelemetry.baggage.propagation import W3CBaggagePropagator

sent = {}
read = W3CBaggagePropagator().extract({"baggage": sys.argv[1]})
W3CBaggagePropagator().inject(sent, read)
print(get_all(read)["note"], sent["baggage"], sep=" | ")
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { W3CBaggagePropagator } from "@opentelemetry/core";
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new W3CBaggagePropagator();
const read = propagator.extract(ROOT_CONTEXT, { baggage: process.argv[2] }, defaultTextMapGetter);
const sent = {};
propagator.inject(read, sent, defaultTextMapSetter);
console.log(`${propagation.getBaggage(read).getEntry("note").value} | ${sent.baggage}`);
JAVASCRIPT
{
    venv/bin/python hop.py "note=hello%20world"
    node hop.mjs "note=hello+world"
} | tee seen
diff seen - <<'EXPECTED'
hello world | note=hello+world
hello+world | note=hello%2Bworld
EXPECTED
