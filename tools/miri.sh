#!/bin/bash
# Runs tests of the core and of the C library under Miri, where the nightly toolchain has it; says so where not.
set -eu
cd "$(dirname "$0")/.."
rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1 </dev/null || true
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "miri: not run, because the nightly toolchain here has no miri component and none can be had"
    exit 0
fi
# The whole flow, the properties with few and short inputs, and the C functions with arrays as long as they say; the
# vectors as files would take it hours.
export MIRIFLAGS="-Zmiri-disable-isolation"
cargo +nightly miri test -p tracehop-core --test no_alloc --test rust_face --test properties </dev/null
cargo +nightly miri test -p tracehop-ffi --test memory </dev/null
