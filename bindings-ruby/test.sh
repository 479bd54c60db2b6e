#!/bin/bash
# test.sh GEM_HOME_DIR GEM_FILE: installs the gem file into that GEM_HOME as a user would, and tests what was installed.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: test.sh GEM_HOME_DIR GEM_FILE" >&2; exit 2; }
mkdir -p "$1"
home=$(cd "$1" && pwd)
file=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
here=$(cd "$(dirname "$0")" && pwd)
"$here/../tools/need.sh" ruby ruby-dev libclang-dev build-essential ruby-minitest ruby-rack ruby-webrick puma \
    ruby-sinatra ruby-faraday ruby-sidekiq ruby-activejob redis-server ruby-sentry-ruby-core python3-venv

export GEM_HOME=$home
# The same file is not built twice.
if ! cmp -s "$file" "$home/cache/$(basename "$file")"; then
    echo "test: installing $(basename "$file") into $home"
    # Outside of the repository's workspace, with nothing of it at hand.
    (cd / && gem install --local --no-document --force --install-dir "$home" "$file")
fi
# The official SDK that stands on both sides of us.
peers=$home/peers
if ! "$peers/bin/python" -c "import sentry_sdk" 2>/dev/null; then
    echo "test: setting up sentry-sdk for Python in $peers"
    python3 -m venv "$peers" && "$peers/bin/pip" install --quiet --requirement "$here/test/peers/requirements.txt"
fi
export PEER_PYTHON=$peers/bin/python
cd "$here"
exec ruby -w test/run.rb
