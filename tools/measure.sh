#!/bin/bash
# Measures tracehop: measure.sh timings | instructions [LANGUAGE [WORKLOAD...]] | gateway [SECONDS]
#   timings       with comparable libraries and baselines, one language after the other, with a table of each. QUICK=1 takes
#                 few samples, to test that everything runs; do not quote it. BLESS=1 writes the README's table and picture.
#   instructions  per operation, compared with benches/instructions.json; fails if one is slower by more than 5 %.
#                 BLESS=1 writes the table: tools/measure.sh instructions rust W5
#   gateway       the overhead of a trace in nginx, by wrk, in one run
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/benches"
target=$(cd "$root" && realpath -m "${CARGO_TARGET_DIR:-target}")
out=$root/target/bench
mkdir -p "$out"
need() { "$root/tools/need.sh" "$@"; }
# release PACKAGE...: builds these, or those in `together`.
together=()
release() {
    [ ${#together[@]} = 0 ] || set -- "${together[@]}"
    (cd "$root" && cargo build --quiet --locked --release "$@")
}

build_rust() { release -p tracehop-benches --bin counting && cp "$target/release/counting" "$out/rust"; }

build_c() {
    need build-essential
    "$root/tools/build.sh" c "$out/c"
    python3 c/workloads.py workloads.json > "$out/c/workloads.h"
    cc -O2 -I"$out/c" c/counting.c "$out/c/libtracehop.a" -lm -o "$out/c/counting"
}

# The programs that run hops on several threads.
build_threads() {
    release -p tracehop-benches --bin threads && cp "$target/release/threads" "$out/rust-threads"
    build_c
    cc -O2 -I"$out/c" c/threads.c "$out/c/libtracehop.a" -lm -lpthread -o "$out/c/threads"
}

# Without PGO, so that every machine counts the same instructions.
build_python() {
    release -p tracehop-python
    rm -rf "$out/python" && mkdir "$out/python"
    cp -r "$root/bindings-python/python/tracehop" "$out/python"
    cp "$target/release/lib_tracehop.so" "$out/python/tracehop/_tracehop.abi3.so"
    build_baseline "$out/python"
    # Sentry's SDK, with and without the integration, and the clients.
    [ -x "$out/pip/bin/pip" ] || python3 -m venv "$out/pip"
    "$out/pip/bin/pip" install --quiet --disable-pip-version-check --target "$out/python" \
        $(grep -E '^(aiohttp|httpx|requests|sentry-sdk|urllib3)==' python/requirements.txt)
}

# The wheel that users install, built with PGO, for times.
build_wheel() {
    make --no-print-directory -C "$root" target/dist/.python
    rm -rf "$out/wheel"
    python3 -m zipfile -e "$root"/target/dist/tracehop-*.whl "$out/wheel"
    build_baseline "$out/wheel"
}

build_baseline() {
    release -p tracehop-floor-python
    cp "$target/release/libtracehop_floor.so" "$1/tracehop_floor.abi3.so"
}

build_ruby() {
    need ruby ruby-dev libclang-dev build-essential ruby-faraday
    release -p tracehop-ruby -p tracehop-floor-ruby
    rm -rf "$out/ruby" && cp -r "$root/bindings-ruby/lib" "$out/ruby"
    cp "$target/release/libtracehop_ruby.so" "$out/ruby/tracehop/tracehop_ruby.so"
    cp "$target/release/libtracehop_floor_ruby.so" "$out/ruby/tracehop_floor_ruby.so"
}

install_peers() {
    local venv=$out/venv
    if ! cmp -s python/requirements.txt "$venv/requirements.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt
        cp python/requirements.txt "$venv/"
    fi
    mkdir -p "$out/node" && cp node/* "$out/node/"
    (cd "$out/node" && npm ci --silent --no-audit --no-fund)
}

timings() {
    local seconds=2 rounds=15 criterion=(--warm-up-time 0.5 --measurement-time 1) picture=$out/speed.svg python=$out/venv/bin/python
    if [ "${BLESS:-}" ]; then picture=$root/docs/speed.svg; fi
    if [ "${QUICK:-}" ]; then seconds=0.05 rounds=1 criterion=(--quick); fi
    need valgrind wrk puma ruby-rack ruby-faraday ruby-sentry-ruby-core python3-venv
    echo "bench: building"
    build_wheel
    build_ruby
    build_threads
    install_peers
    echo "bench: Rust, by criterion, which leaves its own plots in target/criterion"
    (cd "$root" && cargo bench --quiet -p tracehop-benches --bench hop --bench hostile -- "${criterion[@]}") > "$out/criterion.log"
    echo "bench: Rust and C on 2 threads"
    python3 threads.py "$out" "$rounds" "$seconds" > "$out/threads.json"
    echo "bench: Python"
    PYTHONPATH=$out/wheel "$python" python/timing.py "$seconds" > "$out/python.json"
    echo "bench: requests through middlewares, calls through clients, the SDK's own work for each request"
    PYTHONPATH=$out/wheel "$python" python/services.py "$seconds" > "$out/services.json"
    echo "bench: Ruby"
    ruby -I "$out/ruby" ruby/timing.rb "$seconds" > "$out/ruby.json"
    ruby -I "$out/ruby" ruby/memory.rb
    ruby -I "$out/ruby" ruby/clients.rb "$seconds"
    echo "bench: Node, for comparison"
    node "$out/node/timing.mjs" workloads.json "$seconds" > "$out/node.json"
    echo "bench: whole requests"
    "$python" requests/run.py "$rounds" > "$out/requests.json"
    "$python" report.py "$target/criterion" "$picture"
    echo "bench: the picture is ${picture#"$root"/}"
}

instructions() {
    need valgrind python3 python3-venv ruby ruby-dev libclang-dev build-essential
    local language
    # All of them by one command, because LTO of one program uses one processor.
    [ $# -gt 0 ] || together=(-p tracehop-benches --bin counting --lib -p tracehop-python -p tracehop-ruby -p tracehop-floor-python -p tracehop-floor-ruby)
    for language in ${1:-rust c python ruby}; do "build_$language"; done
    python3 instructions.py "$@"
}

gateway() {
    need nginx libnginx-mod-http-lua wrk
    cd "$root/examples/gateway" && python3 bench.py "$@"
}

case ${1-} in
    timings | instructions | gateway) "$@" ;;
    *) sed -n '2,7s/^# \?//p' "$root/tools/measure.sh" >&2; exit 2 ;;
esac
