#!/usr/bin/env bash
# Fuzzes the C API, then every target of the core, for TIME seconds each (default 60), one on each processor: fuzz.sh [TIME [TARGET...]]
# `c` is the C API's target. New inputs are random and are kept in CORPUS. With SEED=n, as in CI, each target starts from the
# vectors only and tries the same inputs in the same order, so that failures are reproducible.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/fuzz"
time=${1:-60}
targets=("${@:2}")

# libFuzzer on the C API. The library is built with libFuzzer's counters, so that coverage includes its branches.
c_api() {
    "$root/tools/need.sh" clang libclang-rt-14-dev
    local here=$root/ffi-c/fuzz work=$root/target/fuzz-c host
    [ -z "${SEED-}" ] || rm -rf "$work/corpus"
    mkdir -p "$work/corpus"
    local counters="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
    # Without a named target these flags would apply to build scripts too.
    host=$(rustc --print host-tuple)
    RUSTFLAGS="$counters" cargo rustc --manifest-path "$root/ffi-c/Cargo.toml" --locked --release --lib --crate-type staticlib \
        --quiet --target "$host" --target-dir "$work/target"
    clang -std=c99 -g -O1 -Wall -Wextra -Werror -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        -I "$root/ffi-c/include" "$here/api.c" "$work/target/$host/release/libtracehop.a" -lgcc_s -lpthread -lm -ldl -o "$work/api"
    (cd "$work" && ./api ${SEED:+-seed="$SEED"} -max_total_time="$time" -max_len=4096 -dict="$here/tracehop.dict" \
        -print_final_stats=1 -verbosity=0 corpus > log 2>&1) || { tail -n 40 "$work/log"; exit 1; }
    echo "fuzz: the C API, $(awk '/number_of_executed_units/ {print $2}' "$work/log") executions in $time s"
}

if [ "${targets[0]-}" = c ]; then c_api; exit; fi
# In the background, while the targets of the core are built: link-time optimisation uses one processor.
c_job=
if [ ${#targets[@]} = 0 ]; then c_api & c_job=$!; fi
wait_for_c() { [ -z "$c_job" ] || wait "$c_job"; }
if ! cargo +nightly --version >/dev/null 2>&1; then
    wait_for_c
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
# Without a sanitizer: core forbids unsafe code, so more executions find more than a sanitizer would.
fuzz=(cargo +nightly fuzz)
options=(--fuzz-dir . --sanitizer none)
"${fuzz[@]}" build "${options[@]}"
wait_for_c

# try TARGET: fuzzes it; prints executions and coverage, or on failure the end of its log.
try() {
    local target=$1 log="$corpus/$1.log"
    mkdir -p "regressions/$target"
    # Exceeding the time limit, or a memory limit that no header should need, is a failure too.
    if ! "${fuzz[@]}" run "${options[@]}" "$target" "$corpus/$target" "regressions/$target" -- \
        -seed="${SEED:-0}" -max_total_time="$time" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        echo "$(tail -n 40 "$log")
fuzz: $target FAILED; put the artifact into fuzz/regressions/$target and add a vector with the fix"
        return 1
    fi
    executions=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | awk '{print $2}')
    echo "fuzz: $target, $executions executions, coverage $coverage"
}

# One for each processor at a time; interrupting this script ends them all.
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
