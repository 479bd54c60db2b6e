#!/bin/bash
# Runs tests of the core and of the C library under Miri, where the nightly toolchain has it; says so where not.
set -eu
cd "$(dirname "$0")/.."
rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1 </dev/null || true
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "miri: not run, because the nightly toolchain here has no miri component and none can be had"
    exit 0
fi
# The properties draw few and short inputs under Miri; the vectors as files would take it hours.
export MIRIFLAGS="-Zmiri-disable-isolation"
cargo +nightly miri test -p tracehop-core --lib --test properties </dev/null
cargo +nightly miri test -p tracehop-ffi --lib </dev/null
