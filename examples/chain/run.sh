#!/bin/sh
# Runs the demo that setup.sh has prepared; --serve [PORT] keeps it up.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec "$root/target/demo/venv/bin/python" "$root/examples/chain/demo.py" "$@"
