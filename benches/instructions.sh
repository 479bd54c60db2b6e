#!/bin/bash
# instructions.sh [LANGUAGE [WORKLOAD...]]: counts instructions per operation and compares them with instructions.json;
# fails where one is slower by more than 5 %. BLESS=1 writes the table anew.
#   benches/instructions.sh rust W5
set -euo pipefail
cd "$(dirname "$0")"
../tools/need.sh valgrind python3
if [ "${1:-all}" = all ]; then ./build.sh; else ./build.sh "$1"; fi
exec python3 instructions.py "$@"
