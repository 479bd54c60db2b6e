#!/bin/bash
# New Relic's Python agent starts a new trace if traceparent says that its trace id is random.
#
# Guess: flags 03, sampled and random trace id of W3C Trace Context level 2, continue the trace as 01 does.
# Seen with newrelic 14.1.0: the two hex digits of the flags are read as a binary number. 00 and 01 are accepted, 02 and 03 are
# refused, and the service starts a trace of its own. A tracer that follows level 2 sends 02 and 03 for each trace that it starts
# (@instana/core 5.5.0 does), so such a trace ends at every service that runs this agent. newrelic 13.20.0 for Node reads hex.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q newrelic==14.1.0
cat > hop.py <<'PYTHON'
import newrelic.agent

newrelic.agent.initialize()
application = newrelic.agent.register_application(timeout=10)
trace_id = "4b" * 16
for flags in ("00", "01", "02", "03"):
    with newrelic.agent.BackgroundTask(application, "hop"):
        came = {"traceparent": f"00-{trace_id}-{'a3' * 8}-{flags}", "tracestate": "a=1"}
        accepted = newrelic.agent.accept_distributed_trace_headers(came)
        sent = []
        newrelic.agent.insert_distributed_trace_headers(sent)
        same = dict(sent)["traceparent"][3:35] == trace_id
        state = "a=1" in dict(sent)["tracestate"]
        print(f"{flags}: accepted {accepted}, same trace {same}, tracestate kept {state}", flush=True)
PYTHON
# The developer mode of the agent opens no connection.
export NEW_RELIC_DEVELOPER_MODE=true NEW_RELIC_APP_NAME=hop NEW_RELIC_LICENSE_KEY=0000000000000000000000000000000000000000
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
00: accepted True, same trace True, tracestate kept True
01: accepted True, same trace True, tracestate kept True
02: accepted False, same trace False, tracestate kept False
03: accepted False, same trace False, tracestate kept False
EXPECTED
