#!/usr/bin/env bash
# Runs the whole suite on each CPython that the wheel is for: bindings-python/versions.sh FOLDER_OF_VENVS WHEEL
# Looks for python3.N on PATH and in pyenv; names what is not here, and fails where a suite does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venvs=${1:?usage: versions.sh FOLDER_OF_VENVS WHEEL} wheel=${2:?usage: versions.sh FOLDER_OF_VENVS WHEEL}
failed=()

find_python() {
    local pyenv=("${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python)
    if [ -x "${pyenv[-1]}" ]; then echo "${pyenv[-1]}"; else command -v "python$1"; fi
}

for version in 3.10 3.11 3.12 3.13; do
    python=$(find_python "$version") || { echo "python $version: not here"; continue; }
    echo "python $version: $("$python" -VV)"
    PYTHON=$python "$here/test.sh" "$venvs/venv-$version" "$wheel" || failed+=("$version")
done
[ ${#failed[@]} = 0 ] || { echo "failed on: ${failed[*]}" >&2; exit 1; }
