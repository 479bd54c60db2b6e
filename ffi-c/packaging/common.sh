# What dist.sh and install.sh share: versions, and how the .in files are filled.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(dirname "$here")
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
abi=0

# fill FILE PREFIX LIBDIR INCLUDEDIR [LIBDIR_TO_PREFIX], with $libs_private as rustc names them
fill() {
  sed -e "s|@PREFIX@|$2|g" -e "s|@LIBDIR@|$3|g" -e "s|@INCLUDEDIR@|$4|g" -e "s|@LIBDIR_TO_PREFIX@|${5-}|g" \
    -e "s|@CONFIG_TO_LIBDIR@|../..|g" -e "s|@VERSION@|$version|g" -e "s|@ABI@|$abi|g" -e "s|@LIBS_PRIVATE@|$libs_private|g" -e "s|@LIBS_PRIVATE_LIST@|${libs_private// /;}|g" "$here/packaging/$1.in"
}
