#!/bin/bash
# A Jaeger baggage header with a dot in its name ends the trace in OpenTelemetry's Rust package.
#
# Guess: `uberctx-tenant` and `uberctx-user.id` reach the next service, or are dropped; the ids in `uber-trace-id` are passed on.
# Seen with opentelemetry-jaeger-propagator 0.32.0: it stores baggage as tracestate, whose keys allow no dot. A name with a
# dot makes it refuse the ids too, so the next service starts a trace of its own. Baggage without a dot is not passed on
# either. @opentelemetry/propagator-jaeger 2.12.0 passes both on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit @opentelemetry/propagator-jaeger@2.12.0 @opentelemetry/core@2.12.1 @opentelemetry/api@1.9.1
cargo init --quiet --vcs none --name hop
cargo add --quiet opentelemetry@=0.32.0 opentelemetry-jaeger-propagator@=0.32.0
cat > src/main.rs <<'RUST'
#![allow(deprecated)]
use opentelemetry::{propagation::TextMapPropagator, Context};
use opentelemetry_jaeger_propagator::Propagator;
use std::collections::{BTreeMap, HashMap};

fn main() {
    for name in ["uberctx-tenant", "uberctx-user.id"] {
        let ids = format!("{}:{}:0:1", "4b".repeat(16), "a3".repeat(8));
        let came = HashMap::from([("uber-trace-id".to_owned(), ids), (name.to_owned(), "7".to_owned())]);
        let context = Propagator::new().extract_with_context(&Context::new(), &came);
        let mut sent = HashMap::new();
        Propagator::new().inject_context(&context, &mut sent);
        let names: Vec<_> = BTreeMap::from_iter(sent).into_keys().collect();
        println!("Rust, {name}: {names:?}");
    }
}
RUST
cat > hop.mjs <<'JAVASCRIPT'
import { JaegerPropagator } from "@opentelemetry/propagator-jaeger";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";

const propagator = new JaegerPropagator();
for (const name of ["uberctx-tenant", "uberctx-user.id"]) {
  const came = { "uber-trace-id": `${"4b".repeat(16)}:${"a3".repeat(8)}:0:1`, [name]: "7" };
  const sent = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, came, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log(`JavaScript, ${name}: ${JSON.stringify(Object.keys(sent).sort())}`);
}
JAVASCRIPT
{
    cargo run --quiet
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Rust, uberctx-tenant: ["uber-trace-id"]
Rust, uberctx-user.id: []
JavaScript, uberctx-tenant: ["uber-trace-id","uberctx-tenant"]
JavaScript, uberctx-user.id: ["uber-trace-id","uberctx-user.id"]
EXPECTED
