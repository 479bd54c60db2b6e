"""Builds and checks the files of a release: python3 tools/release [PART...] [--again]

Without arguments builds every part. The files are in target/release-files; RELEASE.json there states the system and the checks of
each. `--again` builds the parts anew, in another folder and without checks, and compares every byte with the files of the release, or,
if this commit's are not there, with those of a further build.
"""

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


def again(parts: list[str]) -> None:
    """Fails unless a second build of the parts has the same bytes as the first."""
    first = workshop_of_release()
    if not all(first.is_current(part) for part in parts):
        first = second_workshop("first")
        release(first, parts)
    second = second_workshop("in-another-folder")
    release(second, parts)
    names = sorted({name for shop in (first, second) for part in parts for name in shop.part_files(part)})
    if other := [name for name in names if not same(first.out / name, second.out / name)]:
        raise Failed(f"the second build differs: {', '.join(other)}; see {first.out} and {second.out}")
    print(f"release: {len(names)} files are byte-identical in both builds")


def workshop_of_release() -> Workshop:
    """The workshop that checks what it builds, in target/release-files."""
    return Workshop(ROOT / "target/release-work", ROOT / "target/release-files")


def second_workshop(name: str) -> Workshop:
    """A workshop that only builds, to compare, in a folder of its own."""
    folder = ROOT / "target/release-check" / name
    return Workshop(folder, folder / "files", checks=False)


def same(first: Path, second: Path) -> bool:
    """True if both files exist and are equal."""
    return first.exists() and second.exists() and first.read_bytes() == second.read_bytes()


def main(arguments: list[str]) -> None:
    """Builds, and with `--again` builds twice and compares."""
    parts = [name for name in arguments if name != "--again"] or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"release: no part is called {', '.join(sorted(unknown))}; there are {' '.join(PARTS)}")
    try:
        if "--again" in arguments:
            again(parts)
        else:
            release(workshop_of_release(), parts)
    except Failed as failed:
        sys.exit(f"release: {failed}")


if __name__ == "__main__":
    main(sys.argv[1:])
