#!/bin/bash
# install.sh DIST: installs what dist.sh left in DIST.
#   PREFIX   where programs will find it (default /usr/local)
#   LIBDIR   the folder for libraries under PREFIX (default lib; lib/x86_64-linux-gnu on Debian's multiarch)
#   DESTDIR  put in front of everything that is written, for packagers
set -euo pipefail
. "$(dirname "$0")/packaging/common.sh"
dist=${1:?usage: install.sh DIST}
prefix=${PREFIX:-/usr/local}
libdir=$prefix/${LIBDIR:-lib}
includedir=$prefix/include
to=${DESTDIR:-}
libs_private=$(sed -n 's/^Libs.private: //p' "$dist/tracehop.pc")

install -d "$to$includedir" "$to$libdir/pkgconfig" "$to$libdir/cmake/tracehop"
install -m 644 "$dist"/tracehop.h* "$to$includedir/"
install -m 644 "$dist/libtracehop.a" "$to$libdir/"
install -m 755 "$dist/libtracehop.so.$version" "$to$libdir/"
ln -sfn "libtracehop.so.$version" "$to$libdir/libtracehop.so.$abi"
ln -sfn "libtracehop.so.$abi" "$to$libdir/libtracehop.so"
up=$(sed 's|[^/][^/]*|..|g' <<< "${LIBDIR:-lib}")
fill tracehop.pc "$prefix" "$libdir" "$includedir" > "$to$libdir/pkgconfig/tracehop.pc"
fill tracehopConfig.cmake "" "" "" "$up" > "$to$libdir/cmake/tracehop/tracehopConfig.cmake"
fill tracehopConfigVersion.cmake "" "" "" > "$to$libdir/cmake/tracehop/tracehopConfigVersion.cmake"
echo "installed tracehop $version in $to$prefix"
