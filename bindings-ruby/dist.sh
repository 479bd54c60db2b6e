#!/bin/bash
# dist.sh OUT: stages the gem in target/gem and leaves exactly one source gem in OUT.
# The staged tree is a Cargo workspace of its own, so the gem builds anywhere, with the core's source inside.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: dist.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
stage=$root/target/gem

rm -rf "$stage"
mkdir -p "$stage/core" "$stage/ext"
cp -r "$root/core/src" "$root/core/Cargo.toml" "$stage/core/"
cp -r "$here/ext/." "$stage/ext/"
cp -r "$here/lib" "$here/exe" "$here/sig" "$here/README.md" "$here/tracehop.gemspec" "$here/.yardopts" "$root/LICENSE" "$root/Cargo.lock" "$stage/"
sed -e 's|^members = .*|members = ["core", "ext/tracehop"]|' -e '/^default-members/d' -e '/^exclude/d' \
    "$root/Cargo.toml" > "$stage/Cargo.toml"
# Builders pass --locked: the lock must name what is staged and nothing else.
cargo metadata --format-version 1 --manifest-path "$stage/Cargo.toml" > /dev/null

rm -f "$out"/tracehop-*.gem
(cd "$stage" && gem build --silent --output "$out/tracehop.gem" tracehop.gemspec)
version=$(ruby -r "$here/lib/tracehop/version" -e 'print Tracehop::VERSION')
mv "$out/tracehop.gem" "$out/tracehop-$version.gem"
echo "dist: $out/tracehop-$version.gem"
