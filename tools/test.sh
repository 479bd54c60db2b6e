#!/bin/bash
# Runs every suite of every language and closes with one line: N passed, N failed.
# Each suite's whole output stands in target/test/<suite>.log; a failing suite's end is printed.
set -u
cd "$(dirname "$0")/.."
logs=target/test
mkdir -p "$logs"
rm -f "$logs"/*.log
dist=$PWD/target/dist
venv=$PWD/target/test/venv
gems=$PWD/target/test/gems
failed=()

suite() { # suite <name> <what it is> <command...>
    local name=$1 what=$2
    shift 2
    echo "test: $what"
    if "$@" >"$logs/$name.log" 2>&1 </dev/null; then
        tools/tally.py --line "$logs/$name.log"
    else
        failed+=("$name")
        echo "---- $name failed; the end of $logs/$name.log:"
        tail -n 40 "$logs/$name.log"
    fi
}

suite core "the core: vectors, properties, proofs" cargo test -p tracehop-core --features regex,std
suite core-bare "the core without features" cargo test -p tracehop-core --lib --tests
suite c "the C library: vectors, programs in C and C++, sanitizers" ffi-c/test.sh
suite python "the Python wheel: vectors, servers" bindings-python/test.sh "$venv" "$(echo $dist/*.whl)"
suite ruby "the Ruby gem: vectors, servers" bindings-ruby/test.sh "$gems" "$(echo $dist/*.gem)"
suite languages "one program in eight languages, line by line" examples/languages/run.sh "$venv" "$gems"
suite gateway "nginx at the edge of the chain, driven by curl" examples/gateway/run.sh "$venv"
suite readme "the README: every command and code block" tests/readme.sh "$venv" "$gems"
suite differential "the official SDKs read what we write, and we what they write" tests/differential/run.sh "$venv"

tools/tally.py "$logs"/*.log || failed+=(tally)
if [ ${#failed[@]} -gt 0 ]; then
    echo "test: failing suites: ${failed[*]}" >&2
    exit 1
fi
