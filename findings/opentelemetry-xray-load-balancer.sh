#!/bin/bash
# The header that an AWS load balancer adds by itself does not continue a trace in OpenTelemetry's X-Ray propagators.
#
# Guess: `X-Amzn-Trace-Id: Root=...`, which a load balancer adds to a request that came without one, gives its trace id to the
# trace of the service behind it, and `Lineage` of AWS Lambda is passed on.
# Seen with @opentelemetry/propagator-aws-xray 2.2.0 and opentelemetry-propagator-aws-xray 1.0.2: without `Parent` nothing
# is read, so the id in the load balancer's access log is found in no trace; `Lineage` is dropped. aws-xray-sdk 2.15.0 keeps both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q opentelemetry-propagator-aws-xray==1.0.2 opentelemetry-api==1.39.0 aws-xray-sdk==2.15.0
npm install --silent --no-audit @opentelemetry/propagator-aws-xray@2.2.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { AWSXRayPropagator } from "@opentelemetry/propagator-aws-xray";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new AWSXRayPropagator();
for (const value of process.argv.slice(2)) {
  const sent = {};
  const read = propagator.extract(ROOT_CONTEXT, { "x-amzn-trace-id": value }, defaultTextMapGetter);
  propagator.inject(read, sent, defaultTextMapSetter);
  console.log("JavaScript:", sent["x-amzn-trace-id"] ?? "nothing");
}
JAVASCRIPT
cat > hop.py <<'PYTHON'
import sys
from aws_xray_sdk.core.models.trace_header import TraceHeader
from opentelemetry.propagators.aws import AwsXRayPropagator

for value in sys.argv[1:]:
    sent = {}
    AwsXRayPropagator().inject(sent, AwsXRayPropagator().extract({"X-Amzn-Trace-Id": value}))
    print("Python:", sent.get("X-Amzn-Trace-Id", "nothing"))
for value in sys.argv[1:]:
    print("aws-xray-sdk:", TraceHeader.from_header_str(value).to_header_str())
PYTHON
root="Root=1-5759e988-bd862e3fe1be46a994272793"
headers=("$root" "$root;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5")
{
    node hop.mjs "${headers[@]}"
    venv/bin/python hop.py "${headers[@]}"
} | tee seen
diff seen - <<EXPECTED
JavaScript: nothing
JavaScript: $root;Parent=53995c3f42cd8ad8;Sampled=1
Python: nothing
Python: $root;Parent=53995c3f42cd8ad8;Sampled=1
aws-xray-sdk: $root
aws-xray-sdk: $root;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5
EXPECTED
