#!/bin/bash
# readme.sh VENV GEM_HOME: runs every code block of README.md, and checks every link, command, rule and test that the
# documents name. VENV has pytest and the wheel, GEM_HOME the gem.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: readme.sh VENV GEM_HOME" >&2; exit 2; }
venv=$(cd "$1" && pwd)
gems=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."
README_GEM_HOME=$gems exec "$venv/bin/python" -m pytest -p no:cacheprovider -c tests/readme/pytest.ini tests/readme
