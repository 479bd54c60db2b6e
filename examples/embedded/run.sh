#!/usr/bin/env bash
# Builds the core for a Cortex-M4 and for WebAssembly, runs it under qemu, and compares with the host.
# The last line is "code N bytes, stack M bytes". A reachable panic fails the link.
set -euo pipefail
cd "$(dirname "$0")"

target=thumbv7em-none-eabihf
out="$(cd ../.. && pwd)/target/embedded"

# One compiler for all three builds: Debian's, the one that comes with the sources of `core`.
export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$out/build}"
cargo() { command /usr/bin/cargo "$@" --quiet --locked --release --manifest-path "$PWD/Cargo.toml"; }

install_what_is_missing() {
    local missing=()
    for package in rustc-web cargo-web rust-web-src gcc-arm-none-eabi qemu-system-arm; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "installing with apt-get: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

board() {
    timeout 120 qemu-system-arm -cpu cortex-m4 -machine mps2-an386 -nographic \
        -semihosting-config enable=on,target=native -kernel "$CARGO_TARGET_DIR/$target/release/$1" </dev/null
}

# Runs a program on the board and on the host; their answers must be the same.
compare() {
    board "$1" > "$out/$1.board"
    "$CARGO_TARGET_DIR/release/$1" > "$out/$1.host"
    sed '/^stack /d' "$out/$1.board" | diff -u "$out/$1.host" - || { echo "$1: board and host differ"; exit 1; }
    echo "$1: $(wc -l < "$out/$1.host") lines of answers, the same on the board and on the host"
}

section() { arm-none-eabi-size -A "$CARGO_TARGET_DIR/$target/release/$1" | awk -v s="$2" '$1 == s {print $2}'; }
stack() { awk '$1 == "stack" {print $2}' "$out/$1.board"; }

install_what_is_missing
mkdir -p "$out"
cargo build -Zbuild-std=core --target "$target"
echo "linked for $target: no panic can be reached from any public function of the core"
cargo build
cargo build -Zbuild-std=core --target wasm32-unknown-unknown --package tracehop-core
echo "built for wasm32-unknown-unknown"

for program in empty flow tour; do compare "$program"; done
for program in empty flow tour; do
    echo "$program: .text $(section $program .text), .rodata $(section $program .rodata), stack $(stack $program) bytes"
done
echo "code $(section flow .text) bytes, stack $(stack flow) bytes"
