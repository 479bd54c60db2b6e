#!/bin/bash
# MLflow drops the tracestate of a request to Flask, and keeps the one of a request to FastAPI.
#
# Guess: `set_tracing_context_from_http_request_headers(dict(request.headers))`, MLflow's example for Flask, continues the trace with
# its state, as it does with the lower-case names of Starlette.
# Seen with mlflow-tracing 3.17.2 and flask 3.1.2: Flask capitalizes the names. MLflow renames `Traceparent` for OpenTelemetry's
# propagator, which looks for the lower-case name only, but not `Tracestate`. The trace goes on, so nothing looks wrong, and the
# state of every vendor is missing in the requests that the service makes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile mlflow-tracing==3.17.2 flask==3.1.2
cat > hop.py <<'PYTHON'
import logging
import os

os.environ["MLFLOW_TRACKING_URI"] = "http://127.0.0.1:9"
import flask
import mlflow
from mlflow.tracing import get_tracing_context_headers_for_http_request, set_tracing_context_from_http_request_headers

logging.disable(logging.CRITICAL)
app = flask.Flask("hop")


def forwarded(headers):
    with set_tracing_context_from_http_request_headers(headers), mlflow.start_span("hop"):
        sent = get_tracing_context_headers_for_http_request()
    return {"trace": sent["traceparent"].split("-")[1][:4], "tracestate": sent.get("tracestate", "none")}


@app.get("/")
def handle():
    return forwarded(dict(flask.request.headers))


received = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-00", "tracestate": "vendor=1"}
print("lower case:", forwarded(received))
print("Flask:", app.test_client().get("/", headers=received).json)
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
lower case: {'trace': '4b4b', 'tracestate': 'vendor=1'}
Flask: {'trace': '4b4b', 'tracestate': 'none'}
EXPECTED
