#!/usr/bin/env bash
# Fuzzes every target for TIME seconds each (60 where none is given), one on each processor: run.sh [TIME [TARGET...]]
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

# try TARGET: fuzzes it and says how far it came, or how its log ends.
try() {
    local target=$1 log="$corpus/$1.log"
    mkdir -p "regressions/$target"
    # A run past its time limit, or more memory than a header could ask for, is a failure too.
    if ! "${fuzz[@]}" run "${options[@]}" "$target" "$corpus/$target" "regressions/$target" -- \
        -seed="${SEED:-0}" -max_total_time="$time" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        echo "$(tail -n 40 "$log")
fuzz: $target FAILED; put the artifact into fuzz/regressions/$target and a vector beside the fix"
        return 1
    fi
    executions=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | awk '{print $2}')
    echo "fuzz: $target, $executions executions, coverage $coverage"
}

# As many at once as there are processors; who interrupts this script ends them all.
trap 'kill 0' INT
at_once=$(nproc)
for ((at = 0; at < ${#targets[@]}; at += at_once)); do
    started=()
    for target in "${targets[@]:at:at_once}"; do
        try "$target" &
        started+=($!)
    done
    failed=0
    for each in "${started[@]}"; do wait "$each" || failed=1; done
    [ $failed = 0 ] || exit 1
done
echo "fuzz: ${#targets[@]} targets, $time s each, no failure"
