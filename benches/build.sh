#!/bin/bash
# build.sh [PART...]: builds what is measured and the floors into target/bench. A part is a language, or `wheel`.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
out=$PWD/target/bench
mkdir -p "$out"
release() { cargo build --quiet --locked --release "$@"; }

rust() { release -p tracehop-benches --bin counting && cp "$target/release/counting" "$out/rust"; }

c() {
    tools/need.sh build-essential
    ffi-c/dist.sh "$out/c"
    python3 benches/c/workloads.py benches/workloads.json > "$out/c/workloads.h"
    cc -O2 -I"$out/c" benches/c/counting.c "$out/c/libtracehop.a" -lm -o "$out/c/counting"
}

python() {
    release -p tracehop-python
    rm -rf "$out/python" && mkdir "$out/python"
    cp -r bindings-python/python/tracehop "$out/python"
    cp "$target/release/lib_tracehop.so" "$out/python/tracehop/_tracehop.abi3.so"
    floor "$out/python"
}

# The wheel that users get, built by a profile, for times; instructions are counted without one, so that every machine
# counts the same.
wheel() {
    make --no-print-directory target/dist/.python
    rm -rf "$out/wheel"
    python3 -m zipfile -e target/dist/tracehop-*.whl "$out/wheel"
    floor "$out/wheel"
}

floor() {
    release -p tracehop-floor-python
    cp "$target/release/libtracehop_floor.so" "$1/tracehop_floor.abi3.so"
}

ruby() {
    tools/need.sh ruby ruby-dev libclang-dev build-essential
    release -p tracehop-ruby -p tracehop-floor-ruby
    rm -rf "$out/ruby" && cp -r bindings-ruby/lib "$out/ruby"
    cp "$target/release/libtracehop_ruby.so" "$out/ruby/tracehop/tracehop_ruby.so"
    cp "$target/release/libtracehop_floor_ruby.so" "$out/ruby/tracehop_floor_ruby.so"
}

for part in ${*:-rust c python ruby}; do "$part"; done
