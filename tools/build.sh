#!/usr/bin/env bash
# Builds the packages: build.sh c|python|sdist|ruby|extension OUT
#   c       header, static and shared library and a pkg-config file, usable in OUT itself:
#           PKG_CONFIG_PATH=OUT pkg-config --cflags --libs tracehop. TARGET=TRIPLE builds for aarch64-unknown-linux-gnu,
#           x86_64-unknown-linux-musl or x86_64-pc-windows-gnu
#   python  exactly one abi3 wheel, and the sdist in OUT/sdist. PGO=0 builds it without a profile, in half the time;
#           ZIG=0 links with this machine's libraries, for systems as new as this one. TARGET=TRIPLE builds the wheel for another
#           system, linked by zig or mingw, without a profile and without the sdist
#   sdist   only the sdist, in OUT/sdist
#   ruby    exactly one source gem, with its crates inside, staged in target/gem
#   extension  the compiled part of the gem staged there. RUBY=PROGRAM prints the rbconfig of the Ruby to build for;
#           TARGET=TRIPLE builds for another system
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
usage="usage: build.sh c|python|sdist|ruby|extension OUT"
part=${1:?$usage}
mkdir -p "${2:?$usage}"
out=$(cd "$2" && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

c() {
    "$root/tools/need.sh" build-essential pkg-config python3
    local triple=${TARGET:-${CARGO_BUILD_TARGET:-}} prefix='' options=()
    unset CARGO_BUILD_TARGET
    if [ -n "$triple" ] && [ "$triple" != "$(rustc --print host-tuple)" ]; then
        cross_compiler
        options=(--target "$triple")
        target=$target/$triple
    fi
    # The crate types are named because cargo disables LTO if an rlib is built too.
    cargo rustc --manifest-path "$root/ffi-c/Cargo.toml" --locked --release --lib --crate-type staticlib,cdylib --quiet "${options[@]}" \
        -- --print native-static-libs 2> "$work/said" || { cat "$work/said" >&2; exit 1; }
    # The compiler adds libgcc_s itself, or libgcc_eh for fully static programs. For musl, rustc's own libunwind is added
    # to the archive.
    local libs; libs=$(sed -n 's/^note: native-static-libs: //p' "$work/said" | sed 's/ *-lgcc_s\b//; s/ *-lunwind\b//; s/^ *//')
    rm -f "$out"/libtracehop.* "$out"/tracehop.dll
    case $triple in
        *-windows-*) windows_libraries ;;
        *-musl)
            static_library "$target/release/libtracehop.a" "$(unwinder)"
            shared_library ;;
        *)
            static_library "$target/release/libtracehop.a"
            shared_library ;;
    esac
    cp "$root"/ffi-c/include/tracehop.h* "$out/"
    # shellcheck disable=SC2016
    python3 "$root/ffi-c/packaging/fill.py" tracehop.pc.in \
        'PREFIX=${pcfiledir}' 'LIBDIR=${prefix}' 'INCLUDEDIR=${prefix}' "LIBS_PRIVATE=$libs" > "$out/tracehop.pc"
}

# Installs the packages for a cross build, and sets the prefix of its tools.
cross_compiler() {
    local linker
    case $triple in
        aarch64-unknown-linux-gnu) prefix=aarch64-linux-gnu- linker=aarch64-linux-gnu-gcc
            "$root/tools/need.sh" gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
        x86_64-unknown-linux-musl) linker=$work/musl-linker
            "$root/tools/need.sh" musl-tools
            # Builds a shared library without this machine's libgcc_s, which is for glibc.
            export RUSTFLAGS="${RUSTFLAGS:-} -Ctarget-feature=-crt-static"
            printf '#!/bin/bash\nexec musl-gcc -static-libgcc "${@/#-lgcc_s/%s}"\n' "$(unwinder)" > "$linker"
            chmod +x "$linker" ;;
        x86_64-pc-windows-gnu) prefix=x86_64-w64-mingw32- linker=x86_64-w64-mingw32-gcc
            export RUSTFLAGS="${RUSTFLAGS:-} -Clink-arg=-Wl,--no-insert-timestamp"
            "$root/tools/need.sh" gcc-mingw-w64-x86-64 ;;
        *)
            echo "build: no C library for $triple: TARGET is aarch64-unknown-linux-gnu, x86_64-unknown-linux-musl or x86_64-pc-windows-gnu" >&2
            exit 2 ;;
    esac
    if ! ls "$(rustc --print sysroot)/lib/rustlib/$triple/lib"/libstd-*.rlib >/dev/null 2>&1 &&
        ! rustup target add "$triple" > "$work/rustup" 2>&1; then
        cat "$work/rustup" >&2
        echo "build: rustc has no std for $triple, and rustup cannot add it: install it and run the same command again" >&2
        exit 1
    fi
    local name=${triple^^}
    export "CARGO_TARGET_${name//-/_}_LINKER=$linker"
}

# rustc's own unwinder for musl.
unwinder() { echo "$(rustc --print target-libdir --target "$triple")/self-contained/libunwind.a"; }

shared_library() {
    local version; version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
    local abi; abi=$("${prefix}objdump" -p "$target/release/libtracehop.so" | sed -n 's/.*SONAME *libtracehop\.so\.//p')
    "${prefix}strip" --strip-unneeded -o "$out/libtracehop.so.$version" "$target/release/libtracehop.so"
    ln -s "libtracehop.so.$version" "$out/libtracehop.so.$abi"
    ln -s "libtracehop.so.$abi" "$out/libtracehop.so"
}

# Merges the archives into one object in which only tracehop_ symbols are global, so that it cannot clash with another Rust
# library in the same program. Removes the bitcode of std, for linkers with an older LLVM than rustc's.
static_library() {
    local archive=$1 roots
    roots=$("${prefix}nm" -g --defined-only "$archive" 2>/dev/null | awk '$3 ~ /^tracehop_/ { print "-u", $3 }' | sort -u)
    # shellcheck disable=SC2086
    "${prefix}ld" -r --gc-sections --force-group-allocation $roots "$@" -o "$work/all.o"
    "${prefix}objcopy" --wildcard --keep-global-symbol='tracehop_*' --strip-debug -R .llvmbc -R .llvmcmd "$work/all.o" "$work/tracehop.o"
    "${prefix}ar" rcsD "$out/libtracehop.a" "$work/tracehop.o"
}

# The DLL with its import library. The archive's Rust symbols stay global, because PE objects have no section groups.
windows_libraries() {
    "${prefix}strip" --strip-all -o "$out/tracehop.dll" "$target/release/tracehop.dll"
    cp "$target/release/libtracehop.dll.a" "$out/"
    windows_archive > "$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
}

# rustc names the symbols of the import libraries that it makes after their temporary folder, in which each other character becomes
# a `_`: they are renamed. The .dwo files of std are empty, which objcopy refuses.
windows_archive() {
    local folder=${target//[^[:alnum:]]/_}_release_deps_rustc all=$work/all.a
    cp "$target/release/libtracehop.a" "$all"
    "${prefix}ar" t "$all" | grep '\.dwo$' | xargs "${prefix}ar" dD "$all"
    "${prefix}nm" "$all" | sed -nE "s/^.* ((_head|_)_${folder}[[:alnum:]]{6}(_.*))$/\\1 \\2_tracehop\\3/p" | sort -u > "$work/names"
    "${prefix}objcopy" --enable-deterministic-archives --redefine-syms="$work/names" "$all" "$out/libtracehop.a"
}

# Installs maturin and zig in a virtual environment.
python_tools() {
    "$root/tools/need.sh" python3-venv
    local venv=$root/target/python/build
    if ! cmp -s "$root/bindings-python/requirements-build.txt" "$venv/requirements.txt"; then
        rm -rf "$venv" && python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/bindings-python/requirements-build.txt"
        cp "$root/bindings-python/requirements-build.txt" "$venv/requirements.txt"
    fi
    PATH="$venv/bin:$PATH"
}

python() {
    python_tools
    cd "$root/bindings-python"
    local triple=${TARGET:-}
    rm -f "$out"/tracehop-*.whl
    if [ -n "$triple" ] && [ "$triple" != "$(rustc --print host-tuple)" ]; then
        python_elsewhere
        return
    fi
    # Without a named target RUSTFLAGS would apply to build scripts too.
    local options=(--release --locked --interpreter python3 --target "$(rustc --print host-tuple)")
    # zig links against an old glibc, so that the wheel runs on every manylinux_2_28 system.
    if [ "${ZIG:-1}" = 1 ]; then options+=(--zig --compatibility manylinux_2_28); else options+=(--compatibility linux); fi
    local profile=$root/target/python/tracehop.profdata
    if [ "${PGO:-1}" = 1 ]; then
        collect_profile "$profile" "${options[@]}"
        [ ! -e "$profile" ] || export RUSTFLAGS="${RUSTFLAGS:-} -Cprofile-use=$profile"
    fi
    maturin build "${options[@]}" --out "$out"
    sdist
}

# The wheel for another system: zig or mingw supplies the libraries, and the stable ABI needs no interpreter of that system.
python_elsewhere() {
    local options=(--release --locked --target "$triple") prefix=''
    case $triple in
        *-linux-gnu) options+=(--zig --compatibility manylinux_2_28) ;;
        *-linux-musl) options+=(--zig --compatibility musllinux_1_2) ;;
        # With zig, maturin 1.16 exports the module's initialisation under a wrong name.
        *-windows-gnu) cross_compiler ;;
        # Without -S the file's LC_UUID is a hash of the objects' folders and times too.
        *-apple-darwin) options+=(--zig); export RUSTFLAGS="${RUSTFLAGS:-} -Clink-arg=-Wl,-S" ;;
        *) options+=(--zig) ;;
    esac
    maturin build "${options[@]}" --out "$out"
}

# collect_profile OUT.profdata OPTION...: collects a PGO profile by running train.py on an instrumented build. The options must be
# those of the wheel, because function names depend on them. Writes no file if llvm-profdata is missing.
collect_profile() {
    local profile=$1 counts=$root/target/python/profile
    shift
    # Only llvm-profdata of the compiler's LLVM version reads these counts: rustup's llvm-tools, else Debian's package.
    local tool; tool=$(rustc --print target-libdir)/../bin/llvm-profdata
    if [ ! -x "$tool" ]; then
        local llvm; llvm=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
        if ! "$root/tools/need.sh" "llvm-$llvm" >&2; then
            echo "build: no llvm-profdata for rustc's LLVM $llvm: the wheel is built without PGO, and a hop takes 16 % longer" >&2
            rm -f "$profile"
            return
        fi
        tool=/usr/lib/llvm-$llvm/bin/llvm-profdata
    fi
    rm -rf "$counts/counts" "$counts/wheel"
    # Linked by cc, because zig does not support an option that instrumentation needs.
    RUSTFLAGS="${RUSTFLAGS:-} -Cprofile-generate=$counts/counts -Clinker=cc" \
        maturin build "$@" --target-dir "$counts/target" --auditwheel skip --out "$counts/wheel"
    train "$counts"/wheel/*.whl
    "$tool" merge --output "$profile" "$work/counts"
}

# train WHEEL: runs train.py on the instrumented wheel so that two builds of one commit have the same profile, and so the same wheel:
# without random numbers, and with the same addresses and lengths of paths, because memchr's branches depend on a text's alignment.
train() {
    local same_addresses=(setarch -R)
    "${same_addresses[@]}" true 2>/dev/null || same_addresses=()
    python3 -m zipfile -e "$1" "$work/training"
    cp train.py "$work/training/"
    not_random "$work/training/not_random.so"
    (cd "$work/training" && env -i PATH="$PATH" PYTHONHASHSEED=0 LD_PRELOAD="$PWD/not_random.so" \
        LLVM_PROFILE_FILE="$work/counts/default_%m.profraw" "${same_addresses[@]}" python3 train.py)
}

# not_random OUT: a library whose getrandom returns the same bytes in each run.
not_random() {
    cc -x c -O2 -shared -fPIC -o "$1" - <<'C'
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
ssize_t getrandom(void *into, size_t len, unsigned flags) {
    static uint64_t state = 1;
    (void)flags;
    for (size_t at = 0; at < len; at++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)into)[at] = (uint8_t)(state >> 56);
    }
    return (ssize_t)len;
}
C
}

# The sdist contains the crates of this project and their dependencies, so that it builds without a network.
sdist() {
    local archive
    python_tools
    cd "$root/bindings-python"
    rm -rf "$out/sdist" && mkdir -p "$out/sdist"
    maturin sdist --out "$work" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
    archive=$(basename "$work"/*.tar.gz)
    tar -xzf "$work/$archive" -C "$work"
    cd "$work/${archive%.tar.gz}"
    vendor
    touch --date="@${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}" "$work/date"
    tar --sort=name --owner=0 --group=0 --numeric-owner --mode=a+rX,u+w,go-w --mtime="$work/date" -C "$work" -c "${archive%.tar.gz}" |
        gzip -9n >"$out/sdist/$archive"
}

# Copies the dependencies of this workspace into `vendor`, and configures cargo to use them.
vendor() {
    # `cargo vendor` takes development dependencies too, and packages contain no tests of the core.
    local manifest
    for manifest in core/Cargo.toml host/Cargo.toml; do
        [ -e "$manifest" ] || continue
        awk '/^\[/ { skip = $0 == "[dev-dependencies]" } !skip' "$manifest" >"$manifest.new"
        mv "$manifest.new" "$manifest"
    done
    cargo vendor --quiet vendor
    mkdir .cargo
    printf '[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "vendor"\n' >.cargo/config.toml
}

# The staged tree is a separate Cargo workspace that contains the core's source and its crates, so the gem builds anywhere without a network.
ruby() {
    "$root/tools/need.sh" ruby ruby-dev libclang-dev build-essential
    local stage=$root/target/gem binding=$root/bindings-ruby crate version members='"ext/tracehop"'
    rm -rf "$stage"
    for crate in core host; do
        [ -d "$root/$crate" ] || continue
        mkdir -p "$stage/$crate"
        cp -r "$root/$crate/src" "$root/$crate/Cargo.toml" "$stage/$crate/"
        members="\"$crate\", $members"
    done
    mkdir -p "$stage/ext"
    cp -r "$binding/ext/." "$stage/ext/"
    cp -r "$binding"/{lib,exe,sig,README.md,tracehop.gemspec,.yardopts} "$root"/LICENSE-* "$root/Cargo.lock" "$stage/"
    mkdir "$stage/man" && cp "$root"/bindings-python/tracehop.data/data/share/man/man1/*.1 "$stage/man/"
    sed -e "s|^members = .*|members = [$members]|" -e '/^default-members/d' -e '/^exclude/d' "$root/Cargo.toml" > "$stage/Cargo.toml"
    # Builders pass --locked: the lock file must list exactly the staged crates, as `cargo vendor` leaves it.
    (cd "$stage" && vendor)
    rm -f "$out"/tracehop-*.gem
    (cd "$stage" && gem build --silent --output "$work/tracehop.gem" tracehop.gemspec)
    version=$(command ruby -r "$binding/lib/tracehop/version" -e 'print Tracehop::VERSION')
    mv "$work/tracehop.gem" "$out/tracehop-$version.gem"
    echo "build: $out/tracehop-$version.gem"
}

extension() {
    "$root/tools/need.sh" ruby ruby-dev libclang-dev build-essential
    local triple=${TARGET:-$(rustc --print host-tuple)} prefix=''
    if [ "$triple" != "$(rustc --print host-tuple)" ]; then cross_compiler; fi
    # Otherwise libclang uses the headers of this machine's glibc.
    if [[ $triple = *-musl ]]; then export BINDGEN_EXTRA_CLANG_ARGS="-nostdlibinc -isystem /usr/include/${triple/-unknown/}"; fi
    (cd "$root/target/gem" && cargo rustc --manifest-path ext/tracehop/Cargo.toml --locked --release --lib --quiet --target "$triple")
    "${prefix}strip" --strip-unneeded -o "$out/tracehop_ruby.so" "$target/$triple/release/libtracehop_ruby.so"
}

case $part in
    c | python | sdist | ruby | extension) "$part" ;;
    *) echo "$usage" >&2; exit 2 ;;
esac
