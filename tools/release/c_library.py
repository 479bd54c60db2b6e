"""The C library: one .tar.gz for each system, with headers, static and shared library, pkg-config and CMake files."""

import os
import re
import shutil
from pathlib import Path

import records
from workshop import Failed, Unavailable, Workshop

# For each system the compiler of programs, the command that runs them, and the required Debian packages.
SYSTEMS: dict[str, tuple[str, str, list[str]]] = {
    "x86_64-unknown-linux-gnu": ("cc", "env", ["build-essential", "pkg-config", "cmake"]),
    "x86_64-unknown-linux-musl": ("musl-gcc", "env", ["musl-tools"]),
    "aarch64-unknown-linux-gnu": ("aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu", ["qemu-user", "gcc-aarch64-linux-gnu"]),
}
# Linked only: the suite's driver reads lines by POSIX functions, which Windows lacks.
LINKED_ONLY = ("x86_64-pc-windows-gnu",)


def build(shop: Workshop, systems: list[str]) -> None:
    """Builds and checks the library for each system."""
    for triple in systems:
        shop.say(f"building for {triple}")
        try:
            shop.rust_target(triple)
            folder = stage(shop, triple)
        except (Unavailable, Failed) as error:
            shop.missing(f"the C library for {triple}", error)
            continue
        path = shop.pack(f"{folder.name}.tar.gz", folder)
        shop.made(path, triple + glibc_of(next(iter(folder.glob("lib/libtracehop.so.*.*.*")), None)), check(shop, triple, path))


def stage(shop: Workshop, triple: str) -> Path:
    """Makes the tarball's only folder. Its pkg-config and CMake files find the library wherever it is unpacked."""
    built = shop.fresh(f"c/{triple}/built")
    shop.run("tools/build.sh", "c", built, env={"TARGET": triple})
    folder = shop.fresh(f"c/{triple}/tracehop-{shop.version}-{triple}")
    shop.run("tools/install.sh", built, env={"PREFIX": "/", "DESTDIR": str(folder), "LIBDIR": "lib"})
    libs = re.search(r"^Libs.private: (.*)$", (built / "tracehop.pc").read_text(), re.M)[1]
    words = ["PREFIX=${pcfiledir}/../..", "LIBDIR=${prefix}/lib", "INCLUDEDIR=${prefix}/include", f"LIBS_PRIVATE={libs}"]
    text = shop.run("python3", "ffi-c/packaging/fill.py", "tracehop.pc.in", *words)
    (folder / "lib/pkgconfig/tracehop.pc").write_text(text)
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "ffi-c/README.md"):
        shutil.copy(shop.source / name, folder)
    for path in records.enclosed(shop):
        shutil.copy(path, folder)
    return folder


def glibc_of(library: Path | None) -> str:
    """Returns the oldest glibc that a shared library runs on, as text."""
    found = set(re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes())) if library else set()
    return ", glibc {}.{} or newer".format(*max((int(a), int(b)) for a, b in found)) if found else ""


def check(shop: Workshop, triple: str, tarball: Path) -> list[str]:
    """Unpacks the tarball and runs the C suite's tests of an installed library against it."""
    if not shop.checks or triple in LINKED_ONLY:
        return []
    compiler, runner, packages = SYSTEMS[triple]
    try:
        shop.need(*packages)
    except Unavailable as reason:
        shop.missing(f"a check of {tarball.name}", reason)
        return []
    unpacked = shop.fresh(f"c/{triple}/unpacked")
    shop.captured("tar", "-xzf", tarball, "-C", unpacked)
    here = triple == "x86_64-unknown-linux-gnu"
    env = dict(os.environ) | {"TRACEHOP_UNPACKED": str(unpacked / tarball.name.removesuffix(".tar.gz")), "TRACEHOP_CC": compiler,
                              "TRACEHOP_RUN": runner}
    tests = ["--test", "vectors", *(["--test", "install"] if here else [])]
    names = ["every_vector_through_c", *(["by_pkg_config", "plainly", "by_find_package"] if here else [])]
    told = shop.captured("cargo", "test", "--quiet", "-p", "tracehop-ffi", *tests, "--", "--exact", *names, cwd=shop.suite(), env=env)
    count = re.search(r"vectors: (\d+)", told)[1]
    by = "" if runner == "env" else f" under {Path(runner.split()[0]).name}"
    return [f"{count} vectors through its static and its shared library{by}",
            *(["programs that find it by pkg-config, CMake and plain flags"] if here else [])]
