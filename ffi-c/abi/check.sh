#!/bin/bash
# check.sh: compares the ABI that the header promises with the one that is checked in (libtracehop.abi), by libabigail.
# check.sh --bless: makes today's the one to compare with. A change that breaks programs needs a new SONAME.
#
# The ABI is read from C: from stubs that the header's own prototypes are made into. That the library exports exactly
# these functions is held by tests/library.rs, and that its structs are these by tests/c/abi.c.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../tools/need.sh" abigail-tools gcc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
  echo '#include <tracehop.h>'
  sed -n '/^extern "C" {/,$p' "$here/../include/tracehop.h" | grep -v '^extern\|^#\|^}' |
    sed 's/);$/) { __builtin_trap(); }/'
} > "$work/stubs.c"
# No machine's path stands in what is checked in.
gcc -std=c99 -g -fdebug-prefix-map="$work"=. -shared -fPIC -Wl,-soname,libtracehop.so.0 -I "$here/../include" "$work/stubs.c" -o "$work/libtracehop.so"
abidw --no-show-locs --no-comp-dir-path --no-corpus-path "$work/libtracehop.so" > "$work/libtracehop.abi"

if [ "${1-}" = --bless ]; then
  cp "$work/libtracehop.abi" "$here/libtracehop.abi"
  exit 0
fi
if ! abidiff "$here/libtracehop.abi" "$work/libtracehop.so"; then
  echo "abi: not as it was; where that is meant, run ffi-c/abi/check.sh --bless and say so in the changelog" >&2
  exit 1
fi
echo "abi: as it was, $(grep -c '<elf-symbol ' "$here/libtracehop.abi") functions"
