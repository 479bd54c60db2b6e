#!/bin/bash
# OpenTelemetry's X-Ray package for Rust writes the tracestate of all vendors into X-Amzn-Trace-Id, where it is cut and renamed.
#
# Guess: a service that reads traceparent and writes X-Ray's header sends `Root`, `Parent` and `Sampled`, as the packages for
# Python and JavaScript do; a field that came in X-Ray's header is passed on as it is.
# Seen with opentelemetry-aws 0.21.0: each tracestate member follows as a field with a capital first letter. A semicolon within
# a value, as Datadog writes it, ends the field, so the next service reads `dd=s:2` without origin and sampling mechanism. The
# other way round X-Ray's `Self` becomes tracestate for everybody. A field of the application changes its name: `CalledFrom`
# goes out as `Calledfrom`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name hop
cargo add --quiet opentelemetry@=0.33.1 opentelemetry_sdk@=0.33.1
cargo add --quiet opentelemetry-aws@=0.21.0 --no-default-features --features trace
cat > src/main.rs <<'RUST'
use opentelemetry::{propagation::TextMapPropagator, Context};
use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::collections::HashMap;

type Headers = HashMap<String, String>;

fn hop(read: &dyn TextMapPropagator, write: &dyn TextMapPropagator, came: &Headers) -> Headers {
    let context = read.extract_with_context(&Context::new(), came);
    let mut sent = HashMap::new();
    write.inject_context(&context, &mut sent);
    sent
}

fn main() {
    let (w3c, xray) = (TraceContextPropagator::new(), XrayPropagator::default());
    let parent = format!("00-5759e988bd862e3fe1be46a994272793-{}-01", "a3".repeat(8));
    let state = "dd=s:2;o:rum;t.dm:-4,es=s:0.5";
    let came = HashMap::from([("traceparent".to_owned(), parent), ("tracestate".to_owned(), state.to_owned())]);
    let sent = hop(&w3c, &xray, &came);
    println!("tracestate: {state}");
    println!("x-ray: {}", sent["x-amzn-trace-id"].split_once("Sampled=1").unwrap().1);
    println!("tracestate: {}", hop(&xray, &w3c, &sent)["tracestate"]);

    let header = "Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793;\
                  Parent=53995c3f42cd8ad8;Sampled=1;CalledFrom=app";
    let came = HashMap::from([("x-amzn-trace-id".to_owned(), header.to_owned())]);
    println!("x-ray: Self, CalledFrom");
    println!("tracestate: {}", hop(&xray, &w3c, &came)["tracestate"]);
    let sent = hop(&xray, &xray, &came);
    println!("x-ray: {}", sent["x-amzn-trace-id"].split_once("Sampled=1").unwrap().1);
}
RUST
cargo run --quiet | tee seen
diff - seen <<'EXPECTED'
tracestate: dd=s:2;o:rum;t.dm:-4,es=s:0.5
x-ray: ;Dd=s:2;O:rum;T.dm:-4;Es=s:0.5
tracestate: dd=s:2,es=s:0.5
x-ray: Self, CalledFrom
tracestate: self=1-67891234-12456789abcdef012345678,calledfrom=app
x-ray: ;Self=1-67891234-12456789abcdef012345678;Calledfrom=app
EXPECTED
