#!/bin/bash
# A sampling decision that B3 leaves open becomes "not sampled" in the next header of OpenTelemetry's JavaScript package.
#
# Guess: a b3 header without a sampling state, by which the sender leaves the decision to the receiver, is passed on
# without one.
# Seen with @opentelemetry/propagator-b3 2.12.0: `-0` is added, so every later service takes the trace for refused. The debug
# state `d` is passed on. This matters where a Sentry trace, whose sentry-trace header has the same open state, goes through
# a mesh that speaks B3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit @opentelemetry/propagator-b3@2.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { B3Propagator } from "@opentelemetry/propagator-b3";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new B3Propagator();
for (const state of ["", "-0", "-1", "-d"]) {
  const came = { b3: `${"4b".repeat(16)}-${"a3".repeat(8)}${state}` };
  const sent = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`${state || "(open)"} -> ${sent.b3.slice(49) || "(open)"}`);
}
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
(open) -> -0
-0 -> -0
-1 -> -1
-d -> -d
EXPECTED
