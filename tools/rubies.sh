#!/bin/bash
# Tests of the gem on the Ruby and Rails of the next Debian, which is set up once in target/rubies: rubies.sh GEM [TEST...]
# Needs root, for chroot. The compiler and its crates are those of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD gem=$1
shift
tests=(active_job carrier_vectors context current middleware options outgoing ractor rails threads vectors)
[ $# = 0 ] || tests=("$@")
release=trixie
tree=$root/target/rubies/$release
packages=ca-certificates,build-essential,libclang-dev,ruby,ruby-dev,ruby-minitest,ruby-rack,ruby-rack-cors,ruby-railties
packages+=,ruby-actionpack,ruby-actionview,ruby-activejob,ruby-httpclient,ruby-faraday,ruby-sinatra,ruby-webrick,puma

if [ ! -e "$tree/ready" ]; then
    tools/need.sh debootstrap
    echo "rubies: setting Debian $release up in $tree"
    rm -rf "$tree"
    debootstrap --variant=minbase --include="$packages" "$release" "$tree" http://deb.debian.org/debian >"$root/target/rubies/log" 2>&1 ||
        { tail -n 20 "$root/target/rubies/log" >&2; exit 1; }
    touch "$tree/ready"
fi
cp "$gem" "$tree/"

# What is mounted goes with the namespace.
export tree root
unshare --mount --propagation private bash -eu -s -- "$(basename "$gem")" "${tests[@]}" <<'MOUNTED'
bind() { mkdir -p "$tree$2" && mount --bind "$1" "$tree$2"; }
bind "$(rustc --print sysroot)" /rust
bind "${CARGO_HOME:-$HOME/.cargo}/registry" /cargo/registry
bind "$root" /repository
bind /proc /proc
bind /dev /dev
# Built in a hurry: how it behaves is what is asked.
chroot "$tree" /usr/bin/env -i CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 PATH=/rust/bin:/usr/bin:/bin \
    HOME=/root LANG=C.UTF-8 CARGO_HOME=/cargo CARGO_NET_OFFLINE=true GEM_HOME=/gems bash -eu -s -- "$@" <<'INSIDE'
gem=$1
shift
ruby -v
ruby -e 'puts "Rails #{Gem::Specification.find_by_name("railties").version}"'
if ! cmp -s "/$gem" "/gems/cache/$gem"; then
    rm -rf /gems
    gem install --no-document "/$gem"
fi
cd /repository/bindings-ruby
status=0
for test in "$@"; do
    echo "rubies: test_$test"
    # What a newer Ruby does is seen elsewhere by one without threads, which needs Node.
    ruby -w "test/test_$test.rb" -e /newer_ruby/ 2>/tmp/warnings || status=1
    grep -v ": warning: " /tmp/warnings >&2 || true
done
exit $status
INSIDE
MOUNTED
