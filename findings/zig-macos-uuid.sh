#!/bin/bash
# zig's LC_UUID of a macOS library changes with the folder and the time of its object files.
#
# Guess: the UUID is a hash of the code and the data, so an object linked twice has one UUID.
# Seen with ziglang 0.17.1: the hash also covers the debug map, which names each object's path and modification time. The UUID remains
# when the debug map is stripped, so two builds of one commit differ in 16 bytes. Linked with -S there is no debug map and one UUID.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q ziglang==0.17.1
zig() { venv/bin/python -m ziglang "$@"; }
printf 'int hop(int trace) { return trace + 1; }\n' > hop.c
zig cc -target aarch64-macos -g -c hop.c -o hop.o
mkdir here there
cp hop.o here/ && cp hop.o there/
touch -d '2026-01-01 00:00:00' here/hop.o there/hop.o hop.o
cat > uuid.py <<'PYTHON'
import struct
import sys

data = open(sys.argv[1], "rb").read()
count, = struct.unpack_from("<I", data, 16)
at = 32
for _ in range(count):
    command, size = struct.unpack_from("<II", data, at)
    if command == 0x1B:
        print(data[at + 8 : at + 24].hex())
    at += size
PYTHON
uuid() { zig cc -target aarch64-macos -shared "${@:2}" "$1" -Wl,-install_name,hop.dylib -o hop.dylib && python3 uuid.py hop.dylib; }
same() { [ "$1" = "$2" ] && echo same || echo other; }
first=$(uuid here/hop.o)
{
    echo "again: $(same "$first" "$(uuid here/hop.o)")"
    echo "another folder: $(same "$first" "$(uuid there/hop.o)")"
    bare=$(uuid here/hop.o -Wl,-S)
    echo "another folder, with -S: $(same "$bare" "$(uuid there/hop.o -Wl,-S)")"
    touch -d '2026-01-01 00:00:01' here/hop.o
    echo "another time: $(same "$first" "$(uuid here/hop.o)")"
    echo "another time, with -S: $(same "$bare" "$(uuid here/hop.o -Wl,-S)")"
} | tee seen
diff seen - <<'EXPECTED'
again: same
another folder: other
another folder, with -S: same
another time: other
another time, with -S: same
EXPECTED
