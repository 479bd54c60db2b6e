#!/usr/bin/env bash
# Fuzzes every target for TIME seconds each (60 where none is given): run.sh [TIME [TARGET...]]
# Chance decides, and what was found stays in CORPUS. With SEED=n, as in CI, each target starts from the vectors alone and
# tries the same inputs in the same order, so that a run that fails fails again.
set -euo pipefail
cd "$(dirname "$0")"

time="${1:-60}"
targets=("${@:2}")
if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "fuzz: not run, because there is no nightly toolchain here; the seeds and regressions ran as ordinary tests"
    exit 0
fi
if ! command -v cargo-fuzz >/dev/null; then
    echo "fuzz: installing cargo-fuzz from crates.io"
    cargo install --quiet --locked cargo-fuzz
fi

[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd fuzz_targets && ls | sed 's/\.rs$//')
corpus="${CORPUS:-$PWD/../target/fuzz-corpus}"
if [ -n "${SEED:-}" ]; then
    corpus="$PWD/../target/fuzz-seeded"
    rm -rf "$corpus"
fi
cargo run --quiet --locked --example seed -- ../core/vectors "$corpus"
# Without a sanitizer: core forbids unsafe code, so speed finds more than one would.
fuzz=(cargo +nightly fuzz)
options=(--fuzz-dir . --sanitizer none)
"${fuzz[@]}" build "${options[@]}"

for target in "${targets[@]}"; do
    mkdir -p "regressions/$target"
    log="$corpus/$target.log"
    # A run past its time limit, or more memory than a header could ask for, is a failure too.
    if ! "${fuzz[@]}" run "${options[@]}" "$target" "$corpus/$target" "regressions/$target" -- \
        -seed="${SEED:-0}" -max_total_time="$time" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 40 "$log"
        echo "fuzz: $target FAILED; put the artifact into fuzz/regressions/$target and a vector beside the fix"
        exit 1
    fi
    executions=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | awk '{print $2}')
    echo "fuzz: $target, $executions executions, coverage $coverage"
done
echo "fuzz: ${#targets[@]} targets, $time s each, no failure"
