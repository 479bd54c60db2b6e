#!/usr/bin/env bash
# Runs the core and the C library on a Cortex-M4 under QEMU. The last line is "code N bytes, stack M bytes".
# The core is also built for WebAssembly, and its results on the board are compared with the host's. A reachable panic fails
# the link. The C library is linked without std into the C programs that also run on the host.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=thumbv7em-none-eabihf
out=$root/target/embedded
build=${CARGO_TARGET_DIR:-$out/build}

# Debian's compiler for all builds, because it has the sources of `core`.
export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc
cargo() { command /usr/bin/cargo "$@"; }
core() { cargo build "$@" --quiet --locked --release --manifest-path "$root/examples/embedded/Cargo.toml" --target-dir "$build"; }

# qemu PROGRAM: runs it on the board.
qemu() {
    timeout 120 qemu-system-arm -cpu cortex-m4 -machine mps2-an386 -nographic \
        -semihosting-config enable=on,target=native -kernel "$1" </dev/null
}

# Runs a program on the board and on the host; their output must be the same.
compare() {
    qemu "$build/$target/release/$1" > "$out/$1.board"
    "$build/release/$1" > "$out/$1.host"
    sed '/^stack /d' "$out/$1.board" | diff -u "$out/$1.host" - || { echo "$1: board and host differ"; exit 1; }
    echo "$1: $(wc -l < "$out/$1.host") lines of results, the same on the board and on the host"
}

section() { arm-none-eabi-size -A "$build/$target/release/$1" | awk -v s="$2" '$1 == s {print $2}'; }
stack() { awk '$1 == "stack" {print $2}' "$out/$1.board"; }

# The C library without std.
firmware() {
    local here=$root/examples/firmware program elf
    cargo rustc -Zbuild-std=core --target "$target" --quiet --locked --release --manifest-path "$root/ffi-c/Cargo.toml" \
        --lib --crate-type staticlib --no-default-features --target-dir "$out/firmware" \
        --config 'profile.release.panic="abort"' --config 'profile.release.opt-level="s"'
    for program in hop handover hostile; do
        elf=$out/firmware/$program.elf
        arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -DWITHOUT_STD -Os -Wall -Wextra -Werror \
            --specs=rdimon.specs -T "$here/board.ld" -Wl,--gc-sections,-z,noexecstack -I "$root/ffi-c/include" \
            "$here/vectors.c" "$root/ffi-c/tests/c/$program.c" "$out/firmware/$target/release/libtracehop.a" -o "$elf"
        qemu "$elf"
        echo "firmware: $program.c ran on a Cortex-M4, $(arm-none-eabi-size "$elf" | awk 'NR == 2 {print $1}') bytes of code with newlib"
    done
}

"$root/tools/need.sh" rustc-web cargo-web rust-web-src gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
mkdir -p "$out"
# In the background: link-time optimisation uses one processor.
firmware > "$out/firmware.log" 2>&1 & c_job=$!
trap 'kill $c_job 2>/dev/null || true' EXIT
cd "$root/examples/embedded" # Cargo reads its configuration from here
core -Zbuild-std=core --target "$target"
echo "linked for $target: no panic can be reached from any public function of the core"
core
core -Zbuild-std=core --target wasm32-unknown-unknown --package tracehop-core
echo "built for wasm32-unknown-unknown"

for program in empty flow tour; do compare "$program"; done
for program in empty flow tour; do
    echo "$program: .text $(section $program .text), .rodata $(section $program .rodata), stack $(stack $program) bytes"
done
trap - EXIT
wait $c_job || { cat "$out/firmware.log" >&2; exit 1; }
cat "$out/firmware.log"
echo "code $(section flow .text) bytes, stack $(stack flow) bytes"
