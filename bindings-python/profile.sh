#!/usr/bin/env bash
# Watches what a service does all day (train.py) and writes it down for the compiler: profile.sh OUT.profdata OPTION...
# The options are those that maturin, which must be on PATH, builds the wheel with: by others the compiler names functions
# otherwise. Where the tool for it cannot be had it says so and leaves no file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: profile.sh OUT.profdata OPTION...}
shift
work=$here/../target/python/profile

told() { rustc -vV | sed -n "s/^$1: //p"; }

# Only llvm-profdata of the compiler's own LLVM reads what it counts: rustup's llvm-tools, else Debian's package.
tool=$(rustc --print sysroot)/lib/rustlib/$(told host)/bin/llvm-profdata
if [ ! -x "$tool" ]; then
    llvm=$(told "LLVM version" | cut -d. -f1)
    if ! "$here/../tools/need.sh" "llvm-$llvm" >&2; then
        echo "profile.sh: no llvm-profdata for rustc's LLVM $llvm: without a profile a hop takes a sixth more time" >&2
        rm -f "$out"
        exit
    fi
    tool=/usr/lib/llvm-$llvm/bin/llvm-profdata
fi

rm -rf "$work/counts" "$work/site"
cd "$here"
# Linked by cc, because zig does not know an option that counting takes.
RUSTFLAGS="${RUSTFLAGS:-} -Cprofile-generate=$work/counts -Clinker=cc" \
    maturin build "$@" --target-dir "$work/target" --auditwheel skip --out "$work"
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$work/site" "$work"/tracehop-*.whl
PYTHONPATH=$work/site python3 train.py
"$tool" merge --output "$work/new" "$work/counts"
# One that says the same stays as it is, so that nothing is built anew.
cmp -s "$work/new" "$out" || mv "$work/new" "$out"
