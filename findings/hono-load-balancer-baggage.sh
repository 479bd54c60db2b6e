#!/bin/bash
# Hono's AWS Lambda adapter joins two `baggage` lines by a semicolon if the request comes from a load balancer.
#
# Guess: two lines of `baggage` reach the application as one list joined by a comma, from a load balancer as from API Gateway.
# Seen with hono 4.13.19: the adapter joins all headers of a load balancer (target group with multi-value headers) as cookies are
# joined, by `; `; for API Gateway it uses `, `. In W3C Baggage a semicolon begins a property of the member before it, so the
# first member of the second line, here the trace id, is lost. `read` is what @opentelemetry/core 2.12.1 reads.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit hono@4.13.19 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { W3CBaggagePropagator } from "@opentelemetry/core";
import { defaultTextMapGetter, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

const application = new Hono();
application.get("/", (c) => c.text(c.req.header("baggage")));
const lines = ["tenant=acme", "sentry-trace_id=4b,sentry-sample_rand=0.25"];
const event = {
  httpMethod: "GET", path: "/", body: "", isBase64Encoded: false, multiValueQueryStringParameters: {},
  multiValueHeaders: { host: ["shop.example"], baggage: lines },
};
const gateway = { domainName: "shop.example", resourcePath: "/", stage: "live" };
const balancer = { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/shop/1" } };
for (const [name, requestContext] of Object.entries({ gateway, balancer })) {
  const baggage = (await handle(application)({ ...event, requestContext })).body;
  console.log(`${name}, joined: ${baggage}`);
  const read = new W3CBaggagePropagator().extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter);
  console.log(`${name}, read: ${propagation.getBaggage(read).getAllEntries().map(([key]) => key).join(" ")}`);
}
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
gateway, joined: tenant=acme, sentry-trace_id=4b,sentry-sample_rand=0.25
gateway, read: tenant sentry-trace_id sentry-sample_rand
balancer, joined: tenant=acme; sentry-trace_id=4b,sentry-sample_rand=0.25
balancer, read: tenant sentry-sample_rand
EXPECTED
