#!/bin/bash
# install.sh DIST: installs the C library that `build.sh c DIST` built.
#   PREFIX   the folder in which programs find it (default /usr/local)
#   LIBDIR   the folder for libraries under PREFIX (default lib; lib/x86_64-linux-gnu on Debian's multiarch)
#   DESTDIR  prefix of each path that is written, for packagers
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dist=${1:?usage: install.sh DIST}
prefix=${PREFIX:-/usr/local}
libdir=$prefix/${LIBDIR:-lib}
includedir=$prefix/include
to=${DESTDIR:-}
libs_private=$(sed -n 's/^Libs.private: //p' "$dist/tracehop.pc")
version=$(sed -n 's/^Version: //p' "$dist/tracehop.pc")
fill() { python3 "$root/ffi-c/packaging/fill.py" "$@"; }

install -d "$to$includedir" "$to$libdir/pkgconfig" "$to$libdir/cmake/tracehop"
install -m 644 "$dist"/tracehop.h* "$to$includedir/"
install -m 644 "$dist/libtracehop.a" "$to$libdir/"
if [ -e "$dist/tracehop.dll" ]; then
    install -D -m 755 "$dist/tracehop.dll" "$to$prefix/bin/tracehop.dll"
    install -m 644 "$dist/libtracehop.dll.a" "$to$libdir/"
else
    abi=$(readlink "$dist/libtracehop.so" | sed 's/^libtracehop\.so\.//')
    install -m 755 "$dist/libtracehop.so.$version" "$to$libdir/"
    cp -P --remove-destination "$dist"/libtracehop.so "$dist/libtracehop.so.$abi" "$to$libdir/"
fi
if [ -e "$dist/man/tracehop.h.3" ]; then install -D -m 644 "$dist/man/tracehop.h.3" "$to$prefix/share/man/man3/tracehop.h.3"; fi
up=$(sed 's|[^/][^/]*|..|g' <<< "${LIBDIR:-lib}")
fill tracehop.pc.in "PREFIX=$prefix" "LIBDIR=$libdir" "INCLUDEDIR=$includedir" "LIBS_PRIVATE=$libs_private" \
    > "$to$libdir/pkgconfig/tracehop.pc"
fill tracehopConfig.cmake.in "LIBDIR_TO_PREFIX=$up" CONFIG_TO_LIBDIR=../.. "LIBS_PRIVATE_LIST=${libs_private// /;}" \
    > "$to$libdir/cmake/tracehop/tracehopConfig.cmake"
fill tracehopConfigVersion.cmake.in > "$to$libdir/cmake/tracehop/tracehopConfigVersion.cmake"
echo "installed tracehop $version in $to$prefix"
