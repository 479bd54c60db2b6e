#!/usr/bin/env bash
# Builds the sdist into a folder: bindings-python/sdist.sh OUT; maturin must be on PATH
# It holds the core, the binding, and every crate that they build from, so that it builds without a network.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: sdist.sh OUT_FOLDER}
rm -rf "$out" && mkdir -p "$out" && out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
maturin sdist --out "$work" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
archive=$(basename "$work"/*.tar.gz)
tar -xzf "$work/$archive" -C "$work"
cd "$work/${archive%.tar.gz}"

# Cargo vendors what tests need too; nobody tests the core from an sdist.
awk '/^\[/ { skip = $0 == "[dev-dependencies]" } !skip' core/Cargo.toml >core/Cargo.toml.new
mv core/Cargo.toml.new core/Cargo.toml
cargo vendor --quiet vendor
mkdir .cargo
cat >.cargo/config.toml <<END
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
END

touch --date="@${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}" "$work/date"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$work/date" -C "$work" -c "${archive%.tar.gz}" |
    gzip -9n >"$out/$archive"
