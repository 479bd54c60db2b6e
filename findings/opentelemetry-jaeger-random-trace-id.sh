#!/bin/bash
# OpenTelemetry's JavaScript packages turn "this trace id is random" of W3C Trace Context into Jaeger's debug flag.
#
# Guess: flags 03 of a traceparent, sampled and random trace id, go out as 1 (sampled) in `uber-trace-id`.
# Seen with @opentelemetry/propagator-jaeger 2.12.0 and @opentelemetry/core 2.12.1: they go out as 03. The bit 02 means a random
# id in the one format and debug in the other, and the flags are copied. jaeger-client 3.19.0 reads the result as a debug trace,
# which every service has to keep whatever its sampler says.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit @opentelemetry/propagator-jaeger@2.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1 \
    jaeger-client@3.19.0
cat > hop.mjs <<'JAVASCRIPT'
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { JaegerPropagator } from "@opentelemetry/propagator-jaeger";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";
import jaeger from "jaeger-client";

for (const flags of ["00", "01", "03"]) {
  const came = { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-${flags}` };
  const read = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, came, defaultTextMapGetter);
  const sent = {};
  new JaegerPropagator().inject(read, sent, defaultTextMapSetter);
  const value = sent["uber-trace-id"];
  const debug = jaeger.SpanContext.fromString(value).isDebug() ? "debug" : "no debug";
  console.log(`traceparent ${flags} -> uber-trace-id ${value.split(":").pop()}, read as ${debug}`);
}
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
traceparent 00 -> uber-trace-id 00, read as no debug
traceparent 01 -> uber-trace-id 01, read as no debug
traceparent 03 -> uber-trace-id 03, read as debug
EXPECTED
