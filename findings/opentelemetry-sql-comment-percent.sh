#!/bin/bash
# OpenTelemetry's Python package doubles the percent signs of a SQL comment, so its tracestate cannot be read in the database.
#
# Guess: a comment of sqlcommenter has URL-encoded values, so one decoding of `tracestate` gives the list that the service has.
# Seen with opentelemetry-instrumentation-dbapi 0.66b1 and sqlite3 of Python: `%%3D` is sent for an equals sign, since some drivers
# format a statement with its parameters by `%s`. sqlite3, whose style is qmark, does not.
# Decoded once, the list has no valid member: a tool that continues the trace from the database's log loses the state of every
# vendor. The specification of sqlcommenter (value serialization) has one URL-encoding; @opentelemetry/sql-common 0.42.0 does that.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile opentelemetry-instrumentation-dbapi==0.66b1 opentelemetry-sdk==1.45.1
npm install --ignore-scripts --silent --no-audit @opentelemetry/sql-common@0.42.0 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
import re
import sqlite3
from urllib.parse import unquote

from opentelemetry import context, trace
from opentelemetry.instrumentation.dbapi import instrument_connection
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
context.attach(extract({"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": "a=1,b=2"}))
statements = []
plain = sqlite3.connect(":memory:")
plain.set_trace_callback(statements.append)
connection = instrument_connection("hop", plain, "sqlite", enable_commenter=True, connect_module=sqlite3)
connection.cursor().execute("SELECT ?", (1,))
value = re.search(r"tracestate='([^']*)'", statements[-1])[1]
print("Python:", value)
read = trace.get_current_span(extract({"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": unquote(value)}))
print("decoded:", unquote(value), "members:", len(read.get_span_context().trace_state))
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { createTraceState, trace } from "@opentelemetry/api";
import common from "@opentelemetry/sql-common";

const ids = { traceId: "4b".repeat(16), spanId: "a3".repeat(8), traceFlags: 1 };
const span = trace.wrapSpanContext({ ...ids, traceState: createTraceState("a=1,b=2") });
console.log("JavaScript:", /tracestate='([^']*)'/.exec(common.addSqlCommenterComment(span, "SELECT 1"))[1]);
JAVASCRIPT
{
    venv/bin/python hop.py 2>/dev/null
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Python: a%%3D1%%2Cb%%3D2
decoded: a%=1%,b%=2 members: 0
JavaScript: a%3D1%2Cb%3D2
EXPECTED
