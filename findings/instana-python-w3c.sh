#!/bin/bash
# Instana's Python tracer sends an unsampled trace on as sampled, and joins two tracestate members if a key ends in "in".
#
# Guess: flags 00 stay 00. The tracer puts its own member `in=` first and passes the others on unchanged, as W3C Trace Context asks.
# Seen with instana 3.20.0: flags 00 go out as 01, since the tracer writes its own decision whatever came, so later services record
# what the first one did not. To remove an old member of its own it deletes from the first "in=" to the next comma, also within
# `plugin=x`. What is left is joined with the next member: `plugin=x,dd=s:-1` becomes `plugdd=s:-1`; two vendors lose their state.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q instana==3.20.0
cat > hop.py <<'PYTHON'
import os
from instana.propagators.format import Format
from instana.singletons import get_tracer

tracer = get_tracer()
for flags, state in (("01", "a=1,in=fa2375d711a4ca0f;02468acefdb97531,dd=s:-1"), ("00", "a=1,plugin=x,dd=s:-1")):
    came = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-{flags}", "tracestate": state}
    sent = {}
    with tracer.start_as_current_span("hop", context=tracer.extract(Format.HTTP_HEADERS, came)) as span:
        tracer.inject(span.get_span_context(), Format.HTTP_HEADERS, sent)
    own, rest = sent["tracestate"].split(",", 1)
    print(f"{flags} {state} -> {sent['traceparent'][53:]} {own[:19]},{rest}", flush=True)
os._exit(0)
PYTHON
# Without this variable the tracer looks for Instana's agent.
export INSTANA_DISABLE_AUTO_INSTR=true
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
01 a=1,in=fa2375d711a4ca0f;02468acefdb97531,dd=s:-1 -> 01 in=4b4b4b4b4b4b4b4b,a=1,dd=s:-1
00 a=1,plugin=x,dd=s:-1 -> 01 in=4b4b4b4b4b4b4b4b,a=1,plugdd=s:-1
EXPECTED
