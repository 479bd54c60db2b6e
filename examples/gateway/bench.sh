#!/bin/sh
# bench.sh [SECONDS]: what a trace costs the gateway, by wrk, in one run. target/dist has the C library (make dist).
set -eu
cd "$(dirname "$0")"
../../tools/need.sh nginx libnginx-mod-http-lua wrk
exec python3 bench.py "$@"
