"""Loads a compiled part for musl by musl's own loader, where no interpreter for musl is: Debian has none."""

from pathlib import Path

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


def loaded(shop: Workshop, library: Path, prefixes: tuple[str, ...], entry: str) -> list[str]:
    """What musl lacks is found: every symbol is resolved, those of the interpreter by empty functions of a program."""
    if not shop.checks:
        return []
    try:
        shop.need("musl-tools", "binutils")
    except Unavailable as reason:
        shop.missing(f"a check of {library.name} by musl's loader", reason)
        return []
    wanted = [line.split()[-1] for line in shop.captured("nm", "-D", "--undefined-only", library).splitlines()]
    folder = shop.fresh("musl")
    interpreter = "".join(f"void {name}(void) {{}}\n" for name in wanted if name.startswith(prefixes))
    (folder / "load.c").write_text(interpreter + LOAD)
    shop.captured("musl-gcc", "-rdynamic", folder / "load.c", "-o", folder / "load")
    shop.captured(folder / "load", library.resolve(), entry)
    return ["musl's loader, which finds every symbol"]
