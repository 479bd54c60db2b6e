#!/usr/bin/env bash
# Builds exactly one abi3 wheel into a folder, and the sdist into its sub-folder: bindings-python/dist.sh OUT
# Linked by zig against an old glibc, so that the wheel runs on every manylinux_2_28 system; ZIG=0 links as the
# machine does, which is faster and gives a wheel for systems as new as this one.
# Built by the profile of a service at work, with which a hop takes a seventh less time; PGO=0 goes without, in half the
# time.
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

PATH="$venv/bin:$PATH"

# With a target named, RUSTFLAGS are not for what runs while building.
options=(--release --locked --interpreter python3 --target "$(rustc --print host-tuple)")
if [ "${ZIG:-1}" = 1 ]; then
    options+=(--zig --compatibility manylinux_2_28)
else
    options+=(--compatibility linux)
fi
profile=$here/../target/python/tracehop.profdata
if [ "${PGO:-1}" = 1 ]; then
    "$here/profile.sh" "$profile" "${options[@]}"
    [ ! -e "$profile" ] || export RUSTFLAGS="${RUSTFLAGS:-} -Cprofile-use=$profile"
fi
rm -f "$out"/tracehop-*.whl
cd "$here"
maturin build "${options[@]}" --out "$out"
"$here/sdist.sh" "$out/sdist"
