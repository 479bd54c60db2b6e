#!/bin/bash
# X-Cloud-Trace-Context without options means "do not record" to OpenTelemetry's packages and "record" to OpenCensus's.
#
# Guess: a header `TRACE_ID/SPAN_ID` without `;o=`, which leaves the decision open, is read in one way by Google's packages, and one
# without the span id too gives its trace id to the trace of the service. App Engine's runtime lists both forms as valid.
# Seen with opentelemetry-propagator-gcp 1.15.0, @google-cloud/opentelemetry-cloud-trace-propagator 0.22.0, opencensus 0.11.4 and
# @opencensus/propagation-stackdriver 0.1.0: to the first two the caller has decided against a record, so OpenTelemetry's default
# sampler, which follows the parent, records no such request; to the other two it has decided for one. Without a span id only
# opencensus for Python takes the trace id. A service that moves from OpenCensus to OpenTelemetry loses these traces silently.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile opentelemetry-propagator-gcp==1.15.0 opentelemetry-api==1.45.1 opencensus==0.11.4
npm install --ignore-scripts --silent --no-audit @google-cloud/opentelemetry-cloud-trace-propagator@0.22.0 \
    @opencensus/propagation-stackdriver@0.1.0 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from opencensus.trace.propagation.google_cloud_format import GoogleCloudFormatPropagator
from opentelemetry import trace
from opentelemetry.propagators.cloud_trace_propagator import CloudTraceFormatPropagator

trace_id = "4b" * 16
for rest in ("/123;o=1", "/123;o=0", "/123", ""):
    context = CloudTraceFormatPropagator().extract({"x-cloud-trace-context": trace_id + rest})
    position = trace.get_current_span(context).get_span_context()
    read = f"sampled {int(position.trace_flags)}" if position.is_valid else "nothing"
    print(f"opentelemetry for Python, TRACE_ID{rest}: {read}")
    position = GoogleCloudFormatPropagator().from_header(trace_id + rest)
    read = f"sampled {int(position.trace_options.trace_options_byte)}" if position.trace_id == trace_id else "nothing"
    print(f"opencensus for Python, TRACE_ID{rest}: {read}")
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { CloudPropagator } from "@google-cloud/opentelemetry-cloud-trace-propagator";
import { StackdriverFormat } from "@opencensus/propagation-stackdriver";
import { defaultTextMapGetter, ROOT_CONTEXT, trace } from "@opentelemetry/api";

for (const rest of ["/123;o=1", "/123;o=0", "/123", ""]) {
  const header = "4b".repeat(16) + rest;
  const context = new CloudPropagator().extract(ROOT_CONTEXT, { "x-cloud-trace-context": header }, defaultTextMapGetter);
  const sampled = { opentelemetry: trace.getSpanContext(context)?.traceFlags };
  sampled.opencensus = new StackdriverFormat().extract({ getHeader: () => header })?.options;
  for (const [name, flags] of Object.entries(sampled)) {
    console.log(`${name} for JavaScript, TRACE_ID${rest}: ${flags === undefined ? "nothing" : `sampled ${flags}`}`);
  }
}
JAVASCRIPT
{
    venv/bin/python hop.py
    node --no-deprecation hop.mjs
} 2>/dev/null | LC_ALL=C sort | tee seen
diff seen - <<'EXPECTED'
opencensus for JavaScript, TRACE_ID/123: sampled 1
opencensus for JavaScript, TRACE_ID/123;o=0: sampled 0
opencensus for JavaScript, TRACE_ID/123;o=1: sampled 1
opencensus for JavaScript, TRACE_ID: nothing
opencensus for Python, TRACE_ID/123: sampled 1
opencensus for Python, TRACE_ID/123;o=0: sampled 0
opencensus for Python, TRACE_ID/123;o=1: sampled 1
opencensus for Python, TRACE_ID: sampled 1
opentelemetry for JavaScript, TRACE_ID/123: sampled 0
opentelemetry for JavaScript, TRACE_ID/123;o=0: sampled 0
opentelemetry for JavaScript, TRACE_ID/123;o=1: sampled 1
opentelemetry for JavaScript, TRACE_ID: nothing
opentelemetry for Python, TRACE_ID/123: sampled 0
opentelemetry for Python, TRACE_ID/123;o=0: sampled 0
opentelemetry for Python, TRACE_ID/123;o=1: sampled 1
opentelemetry for Python, TRACE_ID: nothing
EXPECTED
