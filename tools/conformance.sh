#!/bin/bash
# The conformance vectors, their description, runners and adapters as a tarball in target/release-files. Reproducible: names are
# sorted, owners are 0, and times are that of the commit.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
out=${1:-target/release-files}
name=tracehop-vectors-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name/vectors" "$out"
cp -r core/vectors "$work/$name/vectors/core"
cp -r host/vectors "$work/$name/vectors/host"
cp tests/conformance/{README.md,run.py,run.rb,run.mjs} LICENSE-APACHE LICENSE-MIT "$work/$name/"
cp -r tests/conformance/adapters "$work/$name/adapters"
find "$work" -name __pycache__ -prune -exec rm -r {} +
find "$work" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar \
    --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" "$name" | gzip --best --no-name > "$out/$name.tar.gz"
echo "conformance: $out/$name.tar.gz, $(tar --list --gzip --file "$out/$name.tar.gz" | grep -c 'vectors/.*\.json$') files of vectors"
