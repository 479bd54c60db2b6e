"""Loads a compiled part for musl with musl's own loader, because Debian has no interpreter for musl."""

from pathlib import Path

from foreign import System
from workshop import Unavailable, Workshop

LOAD = """#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
    void *library = count == 3 ? dlopen(words[1], RTLD_NOW) : 0;
    if (library && dlsym(library, words[2])) return 0;
    fprintf(stderr, "%s\\n", dlerror());
    return 1;
}
"""


def loaded(shop: Workshop, library: Path, prefixes: tuple[str, ...], entry: str, system: System | None = None) -> list[str]:
    """Checks that musl has every symbol that the library needs; a program defines those of the interpreter as empty functions.

    With `system`, a folder of Debian for arm64 that has musl, the program runs under qemu.
    """
    if not shop.checks:
        return []
    folder = shop.fresh("musl")
    try:
        shop.need("musl-tools", "binutils")
        compiler, runner = for_arm64(shop, system) if system else (["musl-gcc"], [])
    except Unavailable as reason:
        shop.missing(f"a check of {library.name} by musl's loader", reason)
        return []
    wanted = [line.split()[-1] for line in shop.captured("nm", "-D", "--undefined-only", library).splitlines()]
    interpreter = "".join(f"void {name}(void) {{}}\n" for name in wanted if name.startswith(prefixes))
    (folder / "load.c").write_text(interpreter + LOAD)
    shop.captured(*compiler, "-rdynamic", folder / "load.c", "-o", folder / "load")
    shop.captured(*runner, folder / "load", library.resolve(), entry)
    return ["musl's loader, which finds every symbol" + (" (under qemu-aarch64)" if system else "")]


def for_arm64(shop: Workshop, system: System) -> tuple[list[object], list[object]]:
    """Returns the compiler for arm64's musl, which is zig's, and the command that runs its programs with musl's loader."""
    loader = system.folder / "usr/lib/aarch64-linux-musl/libc.so"
    python = shop.tools("--requirement", shop.source / "bindings-python/requirements-build.txt") / "python"
    zig = [python, "-m", "ziglang", "cc", "-target", "aarch64-linux-musl", "-dynamic", "-fno-sanitize=all"]
    return zig, ["qemu-aarch64", loader]
