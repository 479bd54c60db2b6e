#!/bin/bash
# OpenCensus for Python drops the whole tracestate if New Relic's member is in it.
#
# Guess: tracestate passes through in its order, as W3C Trace Context asks; `33@nr` is a key of two parts as it defines them.
# Seen with opencensus 0.11.4, which Azure Monitor's exporter opencensus-ext-azure uses: a key has to begin with a letter.
# New Relic's begins with the number of the account, so a service with OpenCensus between others drops the state of every
# vendor in the list. opentelemetry-api 1.45.2 passes it on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opencensus==0.11.4 opentelemetry-api==1.45.2
cat > hop.py <<'PYTHON'
from opencensus.trace.propagation.trace_context_http_header_format import TraceContextPropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

census, telemetry = TraceContextPropagator(), TraceContextTextMapPropagator()
for state in ("es=s:0.5,dd=s:1", "es=s:0.5,dd=s:1,33@nr=0-0-33-2827902-7d3efb1b173fecfa-e8b91a159289ff74-1-1.23-1518469636035"):
    came = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": state}
    sent = {}
    telemetry.inject(sent, telemetry.extract(came))
    for name, headers in (("opencensus", census.to_headers(census.from_headers(came))), ("opentelemetry", sent)):
        members = [member.split("=")[0] for member in headers.get("tracestate", "").split(",")]
        print(f"{name}: {' '.join(members) or 'nothing'}")
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
opencensus: es dd
opentelemetry: es dd
opencensus: nothing
opentelemetry: es dd 33@nr
EXPECTED
