#!/usr/bin/env bash
# Differential tests: tracehop and the real SDKs read the same headers; every difference is one that the rules choose.
set -euo pipefail
cd "$(dirname "$0")"

out="$(cd ../.. && pwd)/target/differential"
mkdir -p "$out/node"

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet --requirement peers/requirements.txt

# The script is copied beside node_modules, because that is where Node looks for them.
cp peers/package.json peers/package-lock.json peers/sentry_javascript.mjs "$out/node/"
(cd "$out/node" && npm ci --silent --no-audit --no-fund)

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$out/rust}"
cargo build --quiet --locked --manifest-path rust/Cargo.toml

python3 run.py "$CARGO_TARGET_DIR/debug/tracehop-differential" "$out/venv/bin/python" node "$out/node/sentry_javascript.mjs"
echo "differential: no difference but those that the rules choose"
