#!/bin/bash
# Links the C library without std into a C program for a Cortex-M4, and runs it under QEMU: the same hop.c as on a host.
# The last line is "firmware: ..." with the size of the code that the library brings.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
"$root/tools/need.sh" rustc-web cargo-web rust-web-src gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
out=$root/target/firmware
target=thumbv7em-none-eabihf
mkdir -p "$out"

RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc /usr/bin/cargo rustc -Zbuild-std=core --target "$target" --quiet --locked --release \
  --manifest-path "$root/ffi-c/Cargo.toml" --lib --crate-type staticlib --no-default-features --target-dir "$out" \
  --config 'profile.release.panic="abort"' --config 'profile.release.opt-level="s"'

for program in hop handover hostile; do
  arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -DWITHOUT_STD -Os -Wall -Wextra -Werror \
    --specs=rdimon.specs -T board.ld -Wl,--gc-sections,-z,noexecstack -I "$root/ffi-c/include" \
    vectors.c "$root/ffi-c/tests/c/$program.c" "$out/$target/release/libtracehop.a" -o "$out/$program.elf"
  timeout 60 qemu-system-arm -cpu cortex-m4 -machine mps2-an386 -nographic \
    -semihosting-config enable=on,target=native -kernel "$out/$program.elf" < /dev/null
  echo "firmware: $program.c ran on a Cortex-M4, $(arm-none-eabi-size "$out/$program.elf" | awk 'NR == 2 {print $1}') bytes of code with newlib"
done
