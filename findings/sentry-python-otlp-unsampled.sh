#!/bin/bash
# Sentry's OTLP integration for Python sends a trace on as sampled that its caller decided not to sample.
#
# Guess: a service that records with OpenTelemetry and Sentry's OTLPIntegration passes the decision of sentry-trace on: -0 stays -0.
# Seen with sentry-sdk 2.75.0 and opentelemetry-sdk 1.45.2: every received position counts as sampled, and OpenTelemetry's default
# sampler, which follows the parent, records it. -0 goes out as -1, next to `sentry-sampled=false` in baggage. Later services record
# all traces whose first service keeps few. A sentry-trace without a decision goes out as -1 too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q sentry-sdk==2.75.0 opentelemetry-sdk==1.45.2 opentelemetry-exporter-otlp-proto-http==1.45.2
cat > hop.py <<'PYTHON'
import sentry_sdk
from opentelemetry import context, trace
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.trace import TracerProvider
from sentry_sdk.integrations.otlp import OTLPIntegration

trace.set_tracer_provider(TracerProvider())
sentry_sdk.init(
    dsn="https://key@o1.ingest.sentry.io/2",
    integrations=[OTLPIntegration(setup_otlp_traces_exporter=False)],
)
for decision, sampled in (("-1", ",sentry-sampled=true"), ("-0", ",sentry-sampled=false"), ("", "")):
    came = {
        "sentry-trace": f"{'4b' * 16}-{'a3' * 8}{decision}",
        "baggage": f"sentry-trace_id={'4b' * 16},sentry-sample_rand=0.25{sampled}",
    }
    token = context.attach(extract(came))
    sent = {}
    with trace.get_tracer("hop").start_as_current_span("checkout") as span:
        inject(sent)
        recorded = span.is_recording()
    context.detach(token)
    baggage = sent["baggage"].split("sentry-sample_rand=0.25")[1]
    print(f"{decision or '(open)'} -> {sent['sentry-trace'][49:]}, recorded {recorded}, baggage {baggage or '(open)'}")
PYTHON
venv/bin/python hop.py | tee seen
diff seen - <<'EXPECTED'
-1 -> -1, recorded True, baggage ,sentry-sampled=true
-0 -> -1, recorded True, baggage ,sentry-sampled=false
(open) -> -1, recorded True, baggage (open)
EXPECTED
