#!/usr/bin/env python3
"""Keeps version, URLs and authors equal in all manifests: record.py [--write]

`[workspace.package]` of Cargo.toml is their source. Without arguments all copies are compared with it; `--write` updates the copies.
The URL's owner is a placeholder until the accounts exist: change it in Cargo.toml.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]
VERSION, URL, AUTHORS = RECORD["version"], RECORD["repository"], RECORD["authors"]
MAJOR, MINOR, _ = VERSION.split(".")
# The number in the SONAME: before 1.0, minor versions may break programs.
ABI = f"0.{MINOR}" if MAJOR == "0" else MAJOR
# The versions that this one is compatible with.
COMPATIBLE = f"0.{MINOR}" if MAJOR == "0" else f"{MAJOR}.0"

# The file, a pattern with the text around the value, and the value. A file without a match is an error too.
PLACES = [
    ("Cargo.toml", r'(tracehop-(?:core|host) = \{ path = "\w+", version = ")[^"]*(")', VERSION),
    ("Cargo.toml", r'(\nhomepage = ")[^"]*(")', URL),
    *((lock, r'(name = "tracehop-(?:core|host|ffi|python|ruby)"\nversion = ")[^"]*(")', VERSION)
      for lock in ("Cargo.lock", "examples/embedded/Cargo.lock", "fuzz/Cargo.lock", "tests/differential/rust/Cargo.lock")),
    ("CHANGELOG.md", r"(?s)\A(.*?\n## \[)\d[^\]]*(\] - \d{4}-\d\d-\d\d\n)", VERSION),
    ("bindings-python/pyproject.toml", r'(\nauthors = \[\{ name = ")[^"]*(")', ", ".join(AUTHORS)),
    ("bindings-python/pyproject.toml", r'(\n(?:Repository|Changelog|Issues|Security) = ")https://[^/]*/[^/]*/[^/"]*', URL),
    ("bindings-ruby/lib/tracehop/version.rb", r'(VERSION = ")[^"]*(")', VERSION),
    ("bindings-ruby/tracehop.gemspec", r"(spec\.authors = \[)[^\]]*(\])", ", ".join(f'"{author}"' for author in AUTHORS)),
    ("bindings-ruby/tracehop.gemspec", r'(spec\.homepage = ")[^"]*(")', URL),
    *((f"bindings-python/tracehop.data/data/share/man/man1/{page}.1", r'(\n\.TH \S+ "1" "" "\S+ )[^"]*(")', VERSION)
      for page in ("tracehop", "tracehop-explain", "tracehop-doctor")),
    ("docs/rust.md", r'(tracehop-core = \{ version = ")[^"]*(")', COMPATIBLE),
    ("mkdocs.yml", r"(\nrepo_url: )\S*()", URL),
    ("ffi-c/abi/libtracehop.abi", r"(soname='libtracehop\.so\.)[^']*(')", ABI),
    ("ffi-c/cbindgen.toml", r'(#define TRACEHOP_VERSION ")[^"]*(")', VERSION),
    ("ffi-c/include/tracehop.h", r'(#define TRACEHOP_VERSION ")[^"]*(")', VERSION),
    ("ffi-c/include/tracehop.h", r"(// The version of the library, such as `)[^`]*(`)", VERSION),
    ("ffi-c/src/limits.rs", r"(/// The version of the library, such as `)[^`]*(`)", VERSION),
    ("ffi-c/README.md", r"(find_package\(tracehop )[\d.]*(\))", COMPATIBLE),
    *((file, r"(libtracehop\.so\.)\d+(?:\.\d+)?(?![\d.])()", ABI)
      for file in ("ffi-c/README.md", "examples/gateway/edge.py", "examples/languages/node/hop.mjs",
                   "examples/languages/php/hop.php", "examples/languages/test_languages.py")),
]


def corrected(text: str, pattern: str, value: str) -> str:
    """Returns the text with the value at each match; LookupError if nothing matches."""
    corrected, count = re.subn(pattern, lambda found: found[1] + value + (found[2] if found.re.groups > 1 else ""), text)
    if not count:
        raise LookupError(f"nothing matches {pattern}")
    return corrected


def strangers() -> list[str]:
    """Returns the URLs of the repository that have another owner."""
    name = URL.rsplit("/", 1)[-1]
    command = ["git", "-C", str(ROOT), "grep", "-hoE", rf"https://github\.com/[A-Za-z0-9_-]+/{name}\b"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return sorted(set(found.split()) - {URL})


def main(write: bool) -> None:
    """Compares every copy, or writes it."""
    stale = []
    for file, pattern, value in PLACES:
        path = ROOT / file
        try:
            text = path.read_text()
            right = corrected(text, pattern, value)
        except (LookupError, OSError) as error:
            sys.exit(f"record: {file}: {error}")
        if text != right:
            stale.append(file)
            if write:
                path.write_text(right)
    if others := strangers():
        sys.exit(f"record: Cargo.toml's repository is {URL}, but other files name {', '.join(others)}")
    if stale and not write:
        sys.exit(f"record: not as Cargo.toml says (version {VERSION}, {URL}): {', '.join(sorted(set(stale)))}; "
                 "run tools/release/record.py --write")
    print(f"record: version {VERSION}, {URL}, in {len({place[0] for place in PLACES})} files")


if __name__ == "__main__":
    main(sys.argv[1:] == ["--write"])
