#!/bin/bash
# Checks formatting, lints, and that no generated file is stale: check.sh [--bless-abi]
# Ordinary tests check the architecture, the C header and the stubs: see CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "$0")/.."

# Compares the ABI of the C header with ffi-c/abi/libtracehop.abi, by libabigail; `--bless-abi` writes that file. A change that
# breaks programs needs a new SONAME. The ABI is read from stubs that are made from the header's prototypes. tests/library.rs
# checks that the library exports exactly these functions, and tests/c/abi.c checks its structs.
abi() {
    tools/need.sh abigail-tools gcc
    local work; work=$(mktemp -d)
    local soname; soname=$(sed -n "s/.* soname='\([^']*\)'.*/\1/p" ffi-c/abi/libtracehop.abi)
    {
        echo '#include <tracehop.h>'
        sed -n '/^extern "C" {/,$p' ffi-c/include/tracehop.h | grep -v '^extern\|^#\|^}' | sed 's/);$/) { __builtin_trap(); }/'
    } > "$work/stubs.c"
    # The prefix map keeps this machine's paths out of the file.
    gcc -std=c99 -g -fdebug-prefix-map="$work"=. -shared -fPIC -Wl,-soname,"$soname" -I ffi-c/include \
        "$work/stubs.c" -o "$work/libtracehop.so"
    if [ "${1-}" = --bless-abi ]; then
        abidw --no-show-locs --no-comp-dir-path --no-corpus-path "$work/libtracehop.so" > ffi-c/abi/libtracehop.abi
    elif ! abidiff ffi-c/abi/libtracehop.abi "$work/libtracehop.so"; then
        echo "abi: changed; if that is meant, run tools/check.sh --bless-abi and say so in the changelog" >&2
        return 1
    fi
    rm -rf "$work"
    echo "abi: $(grep -c '<elf-symbol ' ffi-c/abi/libtracehop.abi) functions, as the baseline"
}

if [ "${1-}" = --bless-abi ]; then abi "$1"; exit; fi
echo "check: one version, one repository, the same authors everywhere"
tools/release/record.py
tools/release/workflows.py
echo "check: rustfmt"
cargo fmt --all -- --check
echo "check: clippy"
cargo clippy -q --workspace --all-targets --features tracehop-core/std -- -D warnings
cargo clippy -q -p tracehop-core -- -D warnings
echo "check: documentation"
RUSTDOCFLAGS="-D warnings" cargo doc -q --no-deps -p tracehop-core -p tracehop-host
echo "check: the C library's ABI against its baseline"
abi
