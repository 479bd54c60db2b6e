#!/bin/bash
# A Python service that forwards `Traceparent` by urllib3 sends two with three tracers, and the next service starts its own trace.
#
# Guess: a tracer's own `traceparent` replaces one that the application has in its headers, whatever its case, since header names
# ignore case. After OpenTelemetry had answered otherwise the guess for the others was: they replace it.
# Seen with urllib3 2.8.0, opentelemetry-instrumentation-urllib3 0.66b1, elastic-apm 6.26.2 and instana 3.20.0: each sets
# the key `traceparent` in the dict of the headers. Flask and Django spell the header `Traceparent` in `dict(request.headers)`, so a
# gateway that passes these on sends both, and a WSGI server joins them by a comma. `next` is the trace that opentelemetry-api
# 1.45.1 continues there: it finds none, so every trace ends behind the gateway.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile urllib3==2.8.0 opentelemetry-instrumentation-urllib3==0.66b1 opentelemetry-sdk==1.45.1 \
    elastic-apm==6.26.2 instana==3.20.0
cat > hop.py <<'PYTHON'
import os
import sys
import threading
import wsgiref.simple_server

import urllib3
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def application(environ, start_response):
    came = environ["HTTP_TRACEPARENT"]
    read = trace.get_current_span(TraceContextTextMapPropagator().extract({"traceparent": came}))
    continued = "continued" if read.get_span_context().is_valid else "none"
    print(f"{tracer}, {name}: {came.count(',') + 1} headers, next: {continued}", flush=True)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


tracer = sys.argv[1]
if tracer == "OpenTelemetry":
    from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
    from opentelemetry.sdk.trace import TracerProvider

    URLLib3Instrumentor().instrument(tracer_provider=TracerProvider())
elif tracer == "Elastic":
    import elasticapm

    client = elasticapm.Client(service_name="hop", disable_send=True, cloud_provider="none", central_config=False)
    elasticapm.instrument()
    client.begin_transaction("request")
elif tracer == "Instana":
    import instana
    from instana.singletons import get_tracer

    span = get_tracer().start_as_current_span("request")
    span.__enter__()
server = wsgiref.simple_server.make_server("127.0.0.1", 0, application, handler_class=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in ("traceparent", "Traceparent"):
    headers = {name: f"00-{'4b' * 16}-{'a3' * 8}-01"}
    urllib3.PoolManager().request("GET", f"http://127.0.0.1:{server.server_port}/", headers=headers)
os._exit(0)
PYTHON
for tracer in OpenTelemetry Elastic Instana; do venv/bin/python hop.py $tracer 2>/dev/null; done | tee seen
diff seen - <<'EXPECTED'
OpenTelemetry, traceparent: 1 headers, next: continued
OpenTelemetry, Traceparent: 2 headers, next: none
Elastic, traceparent: 1 headers, next: continued
Elastic, Traceparent: 2 headers, next: none
Instana, traceparent: 1 headers, next: continued
Instana, Traceparent: 2 headers, next: none
EXPECTED
