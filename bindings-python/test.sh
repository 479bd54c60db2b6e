#!/usr/bin/env bash
# Tests a built wheel in a virtual environment of its own: bindings-python/test.sh VENV_DIR WHEEL [pytest arguments]
# PYTHON chooses the interpreter that a new environment is made with.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage="usage: test.sh VENV_DIR WHEEL [pytest arguments]"
venv=$(realpath -m "${1:?$usage}") wheel=${2:?$usage}
shift 2

"$here/../tools/need.sh" python3-venv nginx

if ! cmp -s "$here/requirements-test.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    "${PYTHON:-python3}" -m venv "$venv" || { echo "test.sh: python3 -m venv fails: apt-get install python3-venv" >&2; exit 1; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements-test.txt"
    cp "$here/requirements-test.txt" "$venv/requirements.txt"
fi
wheel=$(cd "$(dirname "$wheel")" && pwd)/$(basename "$wheel")
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheel"
cd "$here"
TRACEHOP_WHEEL=$wheel exec "$venv/bin/python" -m pytest "$@"
