#!/bin/bash
# Changes the core in every way that cargo-mutants knows, and tells which changes no test notices: mutants.sh [ARGUMENTS]
# Takes hours on two cores and is no part of CI. What survives stands in target/mutants.out/missed.txt.
set -eu
cd "$(dirname "$0")/.."
if ! command -v cargo-mutants >/dev/null; then
    echo "mutants: installing cargo-mutants from crates.io"
    cargo install --quiet --locked cargo-mutants
fi
# The vectors and the seeds of the fuzz targets decide; the properties draw at random and would only repeat them slowly.
exec cargo mutants --package tracehop-core --output "${OUT:-target}" --features regex --timeout 60 --baseline run "$@" \
    -- --test vectors --test rules --test regressions --lib
