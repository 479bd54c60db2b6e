#!/usr/bin/env bash
# Watches what a service does all day (train.py) and writes it down for the compiler: profile.sh OUT.profdata OPTION...
# The options are those that maturin, which must be on PATH, builds the wheel with: by others the compiler names functions
# otherwise. Where the tool for it cannot be had it says so and leaves no file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: profile.sh OUT.profdata OPTION...}
shift
work=$here/../target/python/profile

# Only llvm-profdata of the compiler's own LLVM reads what it counts: rustup's llvm-tools, else Debian's package.
tool=$(rustc --print target-libdir)/../bin/llvm-profdata
if [ ! -x "$tool" ]; then
    llvm=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    if ! "$here/../tools/need.sh" "llvm-$llvm" >&2; then
        echo "profile.sh: no llvm-profdata for rustc's LLVM $llvm: without a profile a hop takes a sixth more time" >&2
        rm -f "$out"
        exit
    fi
    tool=/usr/lib/llvm-$llvm/bin/llvm-profdata
fi

rm -rf "$work/counts" "$work/wheel" "$work/site"
cd "$here"
# Linked by cc, because zig does not know an option that counting takes.
RUSTFLAGS="${RUSTFLAGS:-} -Cprofile-generate=$work/counts -Clinker=cc" \
    maturin build "$@" --target-dir "$work/target" --auditwheel skip --out "$work/wheel"
python3 -m zipfile -e "$work"/wheel/*.whl "$work/site"
PYTHONPATH=$work/site python3 train.py
"$tool" merge --output "$out" "$work/counts"
