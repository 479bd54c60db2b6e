#!/usr/bin/env bash
# Builds exactly one abi3 wheel into a folder, and the sdist into its sub-folder: bindings-python/dist.sh OUT
# Linked by zig against an old glibc, so that the wheel runs on every manylinux_2_28 system; ZIG=0 links as the
# machine does, which is faster and gives a wheel for systems as new as this one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: dist.sh OUT_FOLDER}
mkdir -p "$out" && out=$(cd "$out" && pwd)
venv="$here/../target/python/build"

if ! cmp -s "$here/requirements-build.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv" || { echo "dist.sh: python3 -m venv fails: apt-get install python3-venv" >&2; exit 1; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements-build.txt"
    cp "$here/requirements-build.txt" "$venv/requirements.txt"
fi

glibc=(--zig --compatibility manylinux_2_28)
[ "${ZIG:-1}" = 1 ] || glibc=(--compatibility linux)
rm -f "$out"/tracehop-*.whl
cd "$here"
PATH="$venv/bin:$PATH" maturin build --release --locked --interpreter python3 "${glibc[@]}" --out "$out"
PATH="$venv/bin:$PATH" "$here/sdist.sh" "$out/sdist"
