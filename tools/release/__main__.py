"""Builds and checks the files of a release: python3 tools/release [PART...] [--again]

Without arguments builds every part. The files are in target/release-files; RELEASE.json there states the system and the checks of
each. `--again` builds the parts twice, in two folders and without checks, and compares every byte.
"""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import c_library
import conformance
import crates
import debian
import gems
import records
import wheels
from workshop import ROOT, Failed, Workshop

GNU = "x86_64-unknown-linux-gnu"

PARTS: dict[str, Callable[[Workshop], None]] = {
    "crates": crates.build,
    "c": lambda shop: c_library.build(shop, [GNU]),
    "c-other": lambda shop: c_library.build(shop, [*(triple for triple in c_library.SYSTEMS if triple != GNU), *c_library.LINKED_ONLY]),
    "debian": debian.build,
    "sdist": wheels.build_sdist,
    "wheel": wheels.build_here,
    "wheels-other": wheels.build_elsewhere,
    "gems": gems.build,
    "conformance": conformance.build,
    "records": records.build,
}


def release(shop: Workshop, parts: list[str]) -> None:
    """Builds the parts one after the other."""
    shop.clone()
    for part in parts:
        shop.begin(part)
        began = time.monotonic()
        PARTS[part](shop)
        shop.say(f"done, {time.monotonic() - began:.0f} s")
        shop.end()
    records.finish(shop, list(PARTS))


def compare(first: Path, second: Path) -> None:
    """Fails unless both folders contain the same bytes under the same names."""
    names = sorted({path.name for folder in (first, second) for path in folder.iterdir()})
    other = [name for name in names if not same(first / name, second / name)]
    if other:
        raise Failed(f"the second build differs: {', '.join(other)}; see {second}")
    print(f"release: {len(names)} files are byte-identical in both builds")


def same(first: Path, second: Path) -> bool:
    """True if both files exist and are equal."""
    return first.exists() and second.exists() and first.read_bytes() == second.read_bytes()


def main(arguments: list[str]) -> None:
    """Builds, and with `--again` builds twice and compares."""
    parts = [name for name in arguments if name != "--again"] or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"release: no part is called {', '.join(sorted(unknown))}; there are {' '.join(PARTS)}")
    try:
        if "--again" not in arguments:
            release(Workshop(ROOT / "target/release-work", ROOT / "target/release-files"), parts)
            return
        folders = [ROOT / "target/release-check" / name for name in ("first", "in-another-folder")]
        for folder in folders:
            release(Workshop(folder, folder / "files", checks=False), parts)
        compare(*(folder / "files" for folder in folders))
    except Failed as failed:
        sys.exit(f"release: {failed}")


if __name__ == "__main__":
    main(sys.argv[1:])
