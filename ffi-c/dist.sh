#!/bin/bash
# dist.sh OUT: leaves header, static and shared library and a pkg-config file in OUT, usable as they lie there:
#   PKG_CONFIG_PATH=OUT pkg-config --cflags --libs tracehop
set -euo pipefail
. "$(dirname "$0")/packaging/common.sh"
out=${1:?usage: dist.sh OUT}
mkdir -p "$out"
target=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The crate types are named because beside an rlib, cargo would leave out link-time optimisation.
cargo rustc --manifest-path "$here/Cargo.toml" --locked --release --lib --crate-type staticlib,cdylib --quiet \
  -- --print native-static-libs 2> "$work/said" || { cat "$work/said" >&2; exit 1; }
libs_private=$(sed -n 's/^note: native-static-libs: //p' "$work/said")

# The archive becomes one object in which only tracehop_ symbols are global: it cannot clash with another Rust library
# in the same program. Bitcode of std goes, for linkers whose LLVM is older than rustc's.
archive=$target/release/libtracehop.a
roots=$(nm -g --defined-only "$archive" 2>/dev/null | awk '$3 ~ /^tracehop_/ { print "-u", $3 }' | sort -u)
# shellcheck disable=SC2086
ld -r --gc-sections --force-group-allocation $roots "$archive" -o "$work/all.o"
objcopy --wildcard --keep-global-symbol='tracehop_*' --strip-debug -R .llvmbc -R .llvmcmd "$work/all.o" "$work/tracehop.o"
rm -f "$out"/libtracehop.*
ar rcsD "$out/libtracehop.a" "$work/tracehop.o"

strip --strip-unneeded -o "$out/libtracehop.so.$version" "$target/release/libtracehop.so"
ln -s "libtracehop.so.$version" "$out/libtracehop.so.$abi"
ln -s "libtracehop.so.$abi" "$out/libtracehop.so"

cp "$here"/include/tracehop.h* "$out/"
# shellcheck disable=SC2016
fill tracehop.pc '${pcfiledir}' '${prefix}' '${prefix}' > "$out/tracehop.pc"
