#!/bin/bash
# run.sh SECONDS, with SEED=n always the same inputs: libFuzzer on the C API. The library is built with libFuzzer's counters, so that it is explored too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:?usage: run.sh SECONDS}
root=$(cd "$here/../.." && pwd)
"$root/tools/need.sh" clang libclang-rt-14-dev
work=$root/target/fuzz-c
[ -z "${SEED-}" ] || rm -rf "$work/corpus"
mkdir -p "$work/corpus"
counters="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# A target is named so that build scripts are left as they are.
host=$(rustc --print host-tuple)
RUSTFLAGS="$counters" cargo rustc --manifest-path "$here/../Cargo.toml" --locked --release --lib --crate-type staticlib --quiet \
  --target "$host" --target-dir "$work/target"
clang -std=c99 -g -O1 -Wall -Wextra -Werror -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
  -I "$here/../include" "$here/api.c" "$work/target/$host/release/libtracehop.a" -lgcc_s -lpthread -lm -ldl -o "$work/api"
cd "$work"
./api ${SEED:+-seed="$SEED"} -max_total_time="$seconds" -max_len=4096 -dict="$here/tracehop.dict" -print_final_stats=1 -verbosity=0 \
  corpus > log 2>&1 || { tail -n 40 log; exit 1; }
echo "fuzz: the C API, $(awk '/number_of_executed_units/ {print $2}' log) executions in $seconds s"
