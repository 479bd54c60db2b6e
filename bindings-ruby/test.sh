#!/bin/bash
# test.sh GEM_HOME_DIR GEM_FILE: installs the gem file into that GEM_HOME as a user would, and tests what was installed.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: test.sh GEM_HOME_DIR GEM_FILE" >&2; exit 2; }
mkdir -p "$1"
home=$(cd "$1" && pwd)
file=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
here=$(cd "$(dirname "$0")" && pwd)
"$here/../tools/need.sh" ruby ruby-dev libclang-dev build-essential ruby-minitest ruby-rack ruby-webrick puma \
    ruby-sinatra ruby-async-http ruby-faraday ruby-faraday-middleware ruby-aws-sigv4 ruby-sidekiq ruby-sidekiq-cron ruby-activejob \
    ruby-actionview redis-server ruby-sentry-ruby-core yard python3-venv

export GEM_HOME=$home
# The same file is not built twice.
if ! cmp -s "$file" "$home/cache/$(basename "$file")"; then
    echo "test: installing $(basename "$file") into $home"
    # Outside of the repository's workspace, with nothing of it at hand, as anybody would.
    # RubyGems keeps the file that it has in its cache, even where another one is installed.
    rm -f "$home"/cache/tracehop-*.gem
    (cd / && gem install "$file")
fi
# The official SDKs that stand on both sides of us.
peers=$home/peers
if ! "$peers/bin/python" -c "import sentry_sdk" 2>/dev/null; then
    echo "test: setting up sentry-sdk for Python in $peers"
    python3 -m venv "$peers" && "$peers/bin/pip" install --quiet --requirement "$here/test/peers/requirements.txt"
fi
export PEER_PYTHON=$peers/bin/python NODE_TESTS=$home/node
# The scripts are copied beside node_modules, because that is where Node looks for packages.
mkdir -p "$NODE_TESTS"
cp "$here"/test/node/*.mjs "$here/test/node/package.json" "$NODE_TESTS/"
if ! cmp -s "$here/test/node/package-lock.json" "$NODE_TESTS/package-lock.json"; then
    echo "test: setting up @sentry/node and a newer Ruby in $NODE_TESTS"
    cp "$here/test/node/package-lock.json" "$NODE_TESTS/"
    (cd "$NODE_TESTS" && npm ci --silent --no-audit --no-fund) || { rm "$NODE_TESTS/package-lock.json"; exit 1; }
fi
cd "$here"
exec ruby -w test/run.rb
