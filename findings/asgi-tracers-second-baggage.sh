#!/bin/bash
# OpenTelemetry's ASGI package reads only the first of two `baggage` lines, ddtrace's only the last.
#
# Guess: W3C Baggage allows several lines, which count as one list, so a tracer reads the members of both. After OpenTelemetry had
# answered otherwise the guess for ddtrace was: also the first.
# Seen with opentelemetry-instrumentation-asgi 0.66b2, opentelemetry-api 1.45.2 and ddtrace 4.16.0: the getter of OpenTelemetry
# returns both lines and its propagator takes the first; ddtrace makes a dict of the headers, in which the last line replaces the
# first. Whether a member is passed on depends on the order of the lines.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile opentelemetry-api==1.45.2 opentelemetry-instrumentation-asgi==0.66b2 ddtrace==4.16.0
cat > hop.py <<'PYTHON'
import asyncio
import sys

seen = {}
lines = [b"tenant=acme", b"sentry-sample_rand=0.25,sentry-trace_id=" + b"4b" * 16]
scope = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "query_string": b"",
    "path": "/", "raw_path": b"/", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    "headers": [
        (b"host", b"127.0.0.1"),
        (b"traceparent", b"00-" + b"4b" * 16 + b"-" + b"a3" * 8 + b"-01"),
        *[(b"baggage", line) for line in lines],
    ],
}


async def application(scope, receive, send):
    seen["names"] = read()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message):
    pass


if sys.argv[1] == "opentelemetry":
    from opentelemetry.baggage import get_all as read
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware as Middleware
else:
    from ddtrace.contrib.asgi import TraceMiddleware as Middleware
    from ddtrace.trace import tracer

    def read():
        return tracer.current_span().context.get_all_baggage_items()


asyncio.run(Middleware(application)(scope, receive, send))
print(f"{sys.argv[1]}: {', '.join(sorted(seen['names']))}")
PYTHON
export DD_INSTRUMENTATION_TELEMETRY_ENABLED=false DD_REMOTE_CONFIGURATION_ENABLED=false
for tracer in opentelemetry ddtrace; do
    venv/bin/python hop.py "$tracer" 2>"$tracer.log"
done | tee seen
diff seen - <<'EXPECTED'
opentelemetry: tenant
ddtrace: sentry-sample_rand, sentry-trace_id
EXPECTED
