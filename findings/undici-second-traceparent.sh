#!/bin/bash
# A Node service that forwards `traceparent` by fetch sends two with OpenTelemetry or New Relic, and the next starts its own trace.
#
# Guess: a tracer that hooks Node's fetch replaces a `traceparent` that the application gave.
# Seen with @opentelemetry/instrumentation-undici 0.33.0, newrelic 13.20.0 and elastic-apm-node 4.18.0: the first two add a header
# to the request of undici, which keeps the one that is there, and a Node server joins both by a comma. `next` is the trace that
# @opentelemetry/core 2.12.1 continues: it finds none, so a trace ends behind each gateway that forwards the headers of its
# requests. Elastic sends the caller's header alone, so the gateway's span is no parent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit @opentelemetry/instrumentation-undici@0.33.0 @opentelemetry/sdk-trace-node@2.12.1 \
    @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1 newrelic@13.20.0 elastic-apm-node@4.18.0
cat > hop.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";
import { defaultTextMapGetter, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";

const tracer = process.argv[2];
let run = (request) => request();
if (tracer === "OpenTelemetry") {
  const { UndiciInstrumentation } = await import("@opentelemetry/instrumentation-undici");
  const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
  const provider = new NodeTracerProvider();
  provider.register();
  new UndiciInstrumentation().setTracerProvider(provider);
} else if (tracer === "New Relic") {
  const { default: agent } = await import("newrelic");
  run = (request) => agent.startBackgroundTransaction("request", request);
} else {
  const { default: agent } = await import("elastic-apm-node");
  agent.start({ serviceName: "hop", disableSend: true, logLevel: "off", centralConfig: false, cloudProvider: "none" });
  agent.startTransaction("request");
}
const server = createServer((request, response) => {
  const came = request.headersDistinct.traceparent.map((position) => (position.includes("a3a3") ? "caller's" : "own"));
  const read = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
  console.log(`${tracer}: ${came.join(" and ")}, next: ${trace.getSpanContext(read) ? "continued" : "none"}`);
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
for (const headers of [{}, { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-01` }]) {
  await run(async () => (await fetch(`http://127.0.0.1:${server.address().port}/`, { headers })).text());
}
process.exit(0);
JAVASCRIPT
# The port 9 of the collector is closed, so the agent stays alone.
export NEW_RELIC_APP_NAME=hop NEW_RELIC_LICENSE_KEY=0000000000000000000000000000000000000000 NEW_RELIC_NO_CONFIG_FILE=true
export NEW_RELIC_HOST=127.0.0.1 NEW_RELIC_PORT=9 NEW_RELIC_LOG_ENABLED=false
for tracer in OpenTelemetry "New Relic" Elastic; do node hop.mjs "$tracer" 2>/dev/null; done | tee seen
diff seen - <<'EXPECTED'
OpenTelemetry: own, next: continued
OpenTelemetry: caller's and own, next: none
New Relic: own, next: continued
New Relic: caller's and own, next: none
Elastic: own, next: continued
Elastic: caller's, next: continued
EXPECTED
