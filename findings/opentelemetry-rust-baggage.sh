#!/bin/bash
# OpenTelemetry's Rust SDK cuts a baggage value at its second equals sign, and takes one level of percent-encoding off at each hop.
#
# Guess: `token=YQ==` and `path=%2Fa%2520b`, both valid W3C Baggage, leave a service with the meaning they came with. The
# spelling may differ.
# Seen with opentelemetry_sdk 0.33.1: `token=YQ` goes out, since everything behind the second equals sign is dropped, so
# base64 text loses its padding. The path "/a%20b" goes out as `/a%20b`, because a percent sign is not encoded again; the
# next service reads "/a b".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name hop
cargo add --quiet opentelemetry@=0.33.1 opentelemetry_sdk@=0.33.1
cat > src/main.rs <<'RUST'
use opentelemetry::{propagation::TextMapPropagator, Context};
use opentelemetry_sdk::propagation::BaggagePropagator;
use std::collections::HashMap;

fn main() {
    for came in ["token=YQ==", "path=%2Fa%2520b"] {
        let headers = HashMap::from([("baggage".to_owned(), came.to_owned())]);
        let context = BaggagePropagator::new().extract_with_context(&Context::new(), &headers);
        let mut sent = HashMap::new();
        BaggagePropagator::new().inject_context(&context, &mut sent);
        println!("{came} -> {}", sent["baggage"]);
    }
}
RUST
cargo run --quiet | tee seen
diff - seen <<'EXPECTED'
token=YQ== -> token=YQ
path=%2Fa%2520b -> path=/a%20b
EXPECTED
