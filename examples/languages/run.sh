#!/bin/bash
# run.sh VENV GEM_HOME: builds and runs the program of every language and compares what they print. VENV has pytest and the
# wheel, GEM_HOME the gem, and target/dist the C library.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: run.sh VENV GEM_HOME" >&2; exit 2; }
venv=$(cd "$1" && pwd)
gems=$(cd "$2" && pwd)
cd "$(dirname "$0")"
# luajit2 is the one that nginx's Lua module can stand beside.
../../tools/need.sh build-essential pkg-config golang-go luajit2 php-cli ruby
GEM_HOME=$gems exec "$venv/bin/python" -m pytest -p no:cacheprovider test_languages.py
