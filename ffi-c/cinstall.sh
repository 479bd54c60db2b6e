#!/bin/bash
# cinstall.sh: installs once by `cargo cinstall` and once by `make install`, and compares. It builds cargo-c from crates.io, which
# takes some minutes, so it is no part of `make test`. Run it when packaging or cargo-c change.
set -euo pipefail
. "$(dirname "$0")/packaging/common.sh"
work=${CARGO_TARGET_DIR:-$root/target}/cinstall
mkdir -p "$work"
rm -rf "$work/by-cargo" "$work/by-make"

cargo install --quiet --locked --root "$work" --target-dir "$work/build" cargo-c@0.10.24
PATH=$work/bin:$PATH cargo cinstall --locked --release --manifest-path "$here/Cargo.toml" --target-dir "$work/target" \
  --prefix /usr --libdir lib --destdir "$work/by-cargo" 2> "$work/said" || { cat "$work/said" >&2; exit 1; }
"$here/dist.sh" "$work/dist"
PREFIX=/usr DESTDIR=$work/by-make "$here/install.sh" "$work/dist"

# cargo-c keeps data apart from libraries, and CMake looks in both places.
files() { (cd "$1" && find . ! -type d | sed 's|usr/share/cmake|usr/lib/cmake|' | sort); }
symbols() { nm -D --defined-only --format=just-symbols "$1/usr/lib/libtracehop.so"; }
soname() { readelf -d "$1/usr/lib/libtracehop.so" | grep -o 'soname: .*'; }
flags() { PKG_CONFIG_PATH=$1/usr/lib/pkgconfig pkg-config --define-variable=prefix=/usr --static --cflags --libs --modversion tracehop; }
for facts in files symbols soname flags; do
  diff <($facts "$work/by-make") <($facts "$work/by-cargo") || { echo "cinstall: not the same $facts" >&2; exit 1; }
done
diff -r "$work/by-make/usr/include" "$work/by-cargo/usr/include"

rm -rf "$work/programs"
cmake -S "$here/tests/cmake" -B "$work/programs" -DCMAKE_PREFIX_PATH="$work/by-cargo/usr" > "$work/said"
cmake --build "$work/programs" >> "$work/said" || { cat "$work/said" >&2; exit 1; }
for program in shared-c static-c shared-cpp static-cpp; do "$work/programs/$program" > /dev/null; done
echo "cinstall: the same files, symbols, SONAME and flags as make install; programs build by find_package, and run"
