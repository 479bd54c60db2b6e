#!/bin/bash
# Changes the core in every way that cargo-mutants knows, and tells which changes no test notices: mutants.sh [ARGUMENTS]
# Takes about an hour on two cores and is no part of CI. What survives stands in target/mutants.out/missed.txt, and
# core/MUTANTS.md tells what is known to survive and why. A part of it: mutants.sh -f core/src/wire/url.rs
set -eu
cd "$(dirname "$0")/.."
if ! command -v cargo-mutants >/dev/null; then
    echo "mutants: installing cargo-mutants from crates.io"
    cargo install --quiet --locked cargo-mutants
fi
# What a mutant costs is a build: no debug information, and of the tests those that decide, of which the properties, that
# draw at random, are none. They are named to cargo itself, because cargo-mutants builds every test otherwise.
export CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=0
host=$(rustc --print host-tuple | tr 'a-z-' 'A-Z_')
# A mutant that loops is stopped by the seconds it computes, whatever else the machine does meanwhile.
export "CARGO_TARGET_${host}_RUNNER=prlimit --cpu=10"
tests=(--cargo-arg=--lib --cargo-arg=--test=vectors --cargo-arg=--test=regressions --cargo-arg=--test=error_offsets --cargo-arg=--test=api)
exec cargo mutants --package tracehop-core --features std --output "${OUT:-target}" --jobs 2 --timeout 600 \
    --baseline skip "${tests[@]}" --cargo-arg='--config=profile.dev.package."*".opt-level=2' "$@"
