#!/bin/bash
# The debug state of a b3 header, which asks every service to keep the trace, ends the trace in OpenTelemetry's Rust package.
#
# Guess: a position with the state `d` is passed on with the same ids, as `X-B3-Flags: 1` where several headers are written.
# Seen with opentelemetry-zipkin 0.33.0, which writes several headers unless it is configured: only `x-b3-sampled: 0` goes
# out, without the ids. With the single header as its encoding it passes the ids and `d` on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name hop
cargo add --quiet opentelemetry@=0.33.1 opentelemetry-zipkin@=0.33.0 --no-default-features
cat > src/main.rs <<'RUST'
#![allow(deprecated)]
use opentelemetry::{propagation::TextMapPropagator, Context};
use opentelemetry_zipkin::{B3Encoding, Propagator};
use std::collections::{BTreeMap, HashMap};

fn hop(encoding: &str, propagator: Propagator, state: &str) {
    let came = HashMap::from([("b3".to_owned(), format!("{}-{}-{state}", "4b".repeat(16), "a3".repeat(8)))]);
    let context = propagator.extract_with_context(&Context::new(), &came);
    let mut sent = HashMap::new();
    propagator.inject_context(&context, &mut sent);
    println!("{encoding}, {state}: {:?}", BTreeMap::from_iter(sent));
}

fn main() {
    hop("default", Propagator::new(), "1");
    hop("default", Propagator::new(), "d");
    hop("single", Propagator::with_encoding(B3Encoding::SingleHeader), "d");
}
RUST
cargo run --quiet | tee seen
diff - seen <<'EXPECTED'
default, 1: {"x-b3-sampled": "1", "x-b3-spanid": "a3a3a3a3a3a3a3a3", "x-b3-traceid": "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"}
default, d: {"x-b3-sampled": "0"}
single, d: {"b3": "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-d", "x-b3-flags": "1", "x-b3-spanid": "a3a3a3a3a3a3a3a3", "x-b3-traceid": "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"}
EXPECTED
