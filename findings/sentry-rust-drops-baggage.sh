#!/bin/bash
# The official Sentry SDK for Rust continues a trace and drops its sampling context.
#
# Guess: a Rust service between two others passes `baggage` on with `sentry-trace`, as the SDKs for Python and JavaScript do,
# since the sampling decision of later services needs the sample_rand of the first one.
# Seen with sentry-core 0.49.5: of the incoming baggage only the organisation is read, and the outgoing headers are
# `sentry-trace` alone. A service behind it finds neither sample_rand nor the rate, and third-party members are its caller's
# to pass on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name hop
cargo add --quiet sentry-core@=0.49.5 --features client
cat > src/main.rs <<'RUST'
fn main() {
    let trace_id = "4b".repeat(16);
    let trace = format!("{trace_id}-{}-1", "a3".repeat(8));
    let baggage = format!("tenant=acme,sentry-trace_id={trace_id},sentry-sample_rand=0.25,sentry-sample_rate=0.5");
    let came = [("sentry-trace", trace.as_str()), ("baggage", baggage.as_str())];
    let context = sentry_core::TransactionContext::continue_from_headers("checkout", "http.server", came);
    let transaction = sentry_core::start_transaction(context);
    for (name, value) in transaction.iter_headers() {
        println!("{name}: {}, decision {}", &value[..32], &value[50..]);
    }
}
RUST
cargo run --quiet | tee seen
diff - seen <<'EXPECTED'
sentry-trace: 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b, decision 1
EXPECTED
