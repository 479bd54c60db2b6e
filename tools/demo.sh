#!/usr/bin/env bash
# Runs one trace from a Vue page through Python to Ruby: demo.sh [--serve [PORT]]; demo.sh setup only prepares it.
# The set-up installs Debian's packages, the Python environment and the gem, and builds the page; it expects one wheel and one
# gem in target/dist. A second run changes nothing and takes a second.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/examples/chain
target=$root/target/demo
logs=$target/logs
mkdir -p "$target" "$logs"

say() { printf 'demo: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

# Runs a step with its output in a log; on failure prints the end of the log.
step() {
  local what=$1 log=$logs/setup-$2.log
  shift 2
  say "$what"
  "$@" >"$log" 2>&1 || { tail -n 15 "$log" >&2; die "$what failed."; }
}

# True if a step has to run: its inputs, named here, differ from those of its last successful run. It removes the stamp, which
# only success writes again, so an interrupted step is never taken for a finished one.
stale() {
  local stamp=$target/$1.stamp
  shift
  ! sha256sum "$@" | cmp --quiet - "$stamp" && rm -f "$stamp"
}
remember() {
  local stamp=$target/$1.stamp
  shift
  sha256sum "$@" >"$stamp"
}

only() {
  [[ $# -eq 1 && -f $1 ]] || die "There should be exactly one $(basename "$1") in target/dist; make dist puts it there."
  printf '%s\n' "$1"
}

"$root/tools/need.sh" build-essential chromium curl fonts-dejavu-core libclang-dev puma python3-venv ruby ruby-dev ruby-rack \
  ruby-sentry-ruby-core

# Any Node on PATH is used: Debian 12's is older than the Sentry SDK allows.
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null ||
  die "Node.js 20.19 or newer is needed, with npm: the official Sentry SDK asks for it."
command -v npm >/dev/null || die "npm is needed beside Node.js."
command -v cargo >/dev/null || die "cargo is needed: the Ruby gem builds its extension with it."

# Ruby: the gem, built from its own source by RubyGems, in the background: link-time optimisation uses one processor.
gem=$(only "$root"/target/dist/*.gem)
install_gem() {
  rm -rf "$target/gems" # RubyGems does not unpack again into a folder of an interrupted installation
  step "installing $(basename "$gem") (builds its extension)" gem \
    env GEM_HOME="$target/gems" /usr/bin/gem install --local --force --no-document "$gem"
  remember ruby "$gem"
}
building=
if stale ruby "$gem" || [[ ! -d $target/gems ]]; then
  install_gem & building=$!
fi

# Python: the wheel and the backend's libraries.
wheel=$(only "$root"/target/dist/*.whl)
requirements=$here/backend/requirements.txt
python=$target/venv/bin/python
if stale python "$wheel" "$requirements" || [[ ! -x $python ]]; then
  [[ -x $target/venv/bin/pip ]] || step "making a Python environment" venv python3 -m venv --clear "$target/venv"
  step "installing the backend's libraries" pip "$python" -m pip install --quiet --requirement "$requirements"
  step "installing $(basename "$wheel")" wheel "$python" -m pip install --quiet --force-reinstall --no-deps "$wheel"
  remember python "$wheel" "$requirements"
fi

# The page: npm's packages by the lock file, then Vite.
if stale npm "$here/package-lock.json" || [[ ! -d $here/node_modules ]]; then
  step "installing the page's packages with npm ci" npm npm --prefix "$here" ci --no-audit --no-fund
  remember npm "$here/package-lock.json"
fi
mapfile -t sources < <(find "$here/page" -type f | sort)
if stale page "${sources[@]}" "$here/vite.config.js" "$here/package-lock.json" || [[ ! -f $target/page/index.html ]]; then
  step "building the page with Vite" vite npm --prefix "$here" run build
  remember page "${sources[@]}" "$here/vite.config.js" "$here/package-lock.json"
fi

[[ -z $building ]] || wait "$building"
[ "${1-}" = setup ] || exec "$python" "$here/demo.py" "$@"
