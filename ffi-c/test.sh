#!/bin/sh
# Sets up what the tests of the C library need, and runs them.
set -eu
cd "$(dirname "$0")"
../tools/need.sh build-essential pkg-config cmake clang libclang-rt-14-dev valgrind rustc-web cargo-web rust-web-src
exec cargo test -p tracehop-ffi
