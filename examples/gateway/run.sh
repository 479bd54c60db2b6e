#!/bin/bash
# run.sh VENV: the gateway with the chain of `make demo` behind it, driven by curl. VENV has pytest and the wheel; target/dist
# the C library, the wheel and the gem.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: run.sh VENV" >&2; exit 2; }
venv=$(cd "$1" && pwd)
cd "$(dirname "$0")"
../../tools/need.sh nginx libnginx-mod-http-lua curl
../chain/setup.sh
exec "$venv/bin/python" -m pytest -p no:cacheprovider test_gateway.py
