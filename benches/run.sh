#!/bin/bash
# Measures tracehop beside its peers and its floors, one language after the other, and prints a table of each.
# QUICK=1 takes few samples: to see that everything runs, not to quote it. BLESS=1 writes the README's table and picture.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)
out=$root/target/bench
target=$(cd "$root" && realpath -m "${CARGO_TARGET_DIR:-target}")
seconds=2 rounds=15 criterion=(--warm-up-time 1 --measurement-time 2)
picture=$out/speed.svg
if [ "${BLESS:-}" ]; then picture=$root/docs/speed.svg; fi
if [ "${QUICK:-}" ]; then seconds=0.05 rounds=1 criterion=(--quick); fi

../tools/need.sh valgrind wrk puma ruby-rack ruby-sentry-ruby-core python3-venv
echo "bench: building"
./build.sh wheel ruby
venv=$out/venv
if ! cmp -s python/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt
    cp python/requirements.txt "$venv/"
fi
mkdir -p "$out/node" && cp node/* "$out/node/"
(cd "$out/node" && npm ci --silent --no-audit --no-fund)

echo "bench: Rust, by criterion, which leaves its own plots in target/criterion"
cargo bench --quiet -p tracehop-benches --bench hop --bench hostile -- "${criterion[@]}" > "$out/criterion.log"
echo "bench: Python"
PYTHONPATH=$out/wheel "$venv/bin/python" python/timing.py "$seconds" > "$out/python.json"
echo "bench: Ruby"
ruby -I "$out/ruby" ruby/timing.rb "$seconds" > "$out/ruby.json"
echo "bench: Node, for scale"
node "$out/node/timing.mjs" workloads.json "$seconds" > "$out/node.json"
echo "bench: whole requests"
"$venv/bin/python" requests/run.py "$rounds" > "$out/requests.json"
"$venv/bin/python" report.py "$target/criterion" "$picture"
echo "bench: the picture is ${picture#"$root"/}"
