#!/bin/bash
# Formatting, lints, and that nothing generated is stale. The floors, the thin rule, the freshness of the C header and
# the truth of the stubs are ordinary tests: see CONTRIBUTING.md.
set -eu
cd "$(dirname "$0")/.."
echo "check: rustfmt"
cargo fmt --all -- --check
echo "check: clippy"
cargo clippy -q --workspace --all-targets --features tracehop-core/regex,tracehop-core/std -- -D warnings
cargo clippy -q -p tracehop-core -- -D warnings
echo "check: documentation"
RUSTDOCFLAGS="-D warnings" cargo doc -q --no-deps -p tracehop-core --features regex
echo "check: the C library's ABI against its baseline"
ffi-c/abi/check.sh
