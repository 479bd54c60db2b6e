#!/usr/bin/env python3
"""Compares the public interfaces of the crates and of the C library with the last release's: semver.py [REVISION]

The last release is the newest tag vX.Y.Z that HEAD contains; REVISION replaces it. Without a tag the version in Cargo.toml is the
first release, and nothing is compared: the next release is compared with its ffi-c/abi, the baseline of `make check`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import record

ROOT = record.ROOT
CHECKS = "0.51.0"


def captured(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command and returns its result."""
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def last_release() -> str | None:
    """Returns the newest tag of a release that is not this commit's own."""
    own = captured("git", "tag", "--points-at", "HEAD").stdout.split()
    found = captured("git", "tag", "--merged", "HEAD", "--list", "v*", "--sort=-version:refname").stdout.split()
    return next((tag for tag in found if tag not in own), None)


def crates(tag: str) -> None:
    """Runs cargo-semver-checks: a change that breaks callers needs a new minor version before 1.0, later a new major one."""
    home = ROOT / "target/tools"
    if not (home / "bin/cargo-semver-checks").exists():
        print(f"semver: building cargo-semver-checks {CHECKS}, which takes minutes", flush=True)
        build = ["--locked", "--quiet", "--root", str(home), "--target-dir", str(home / "build")]
        subprocess.run(["cargo", "install", *build, f"cargo-semver-checks@{CHECKS}"], check=True, cwd=ROOT)
    checks = [str(home / "bin/cargo-semver-checks"), "semver-checks", "--baseline-rev", tag]
    subprocess.run([*checks, "-p", "tracehop-core", "-p", "tracehop-host"], check=True, cwd=ROOT)


def c_library(tag: str) -> None:
    """Runs libabigail: with an unchanged SONAME every program of the last release must run. Numbers of names never change."""
    old = captured("git", "show", f"{tag}:ffi-c/abi/libtracehop.abi").stdout
    if f"soname='libtracehop.so.{record.ABI}'" in old:
        with tempfile.NamedTemporaryFile("w", suffix=".abi") as file:
            file.write(old)
            file.flush()
            done = captured("abidiff", file.name, "ffi-c/abi/libtracehop.abi")
        # Bit 8 is set for changes that break programs, not for additions.
        if done.returncode & 11:
            sys.exit(f"semver: the C library breaks programs of {tag}; give it a new version\n{done.stdout}{done.stderr}")
    numbers = captured("git", "show", f"{tag}:ffi-c/abi/numbers.txt").stdout.splitlines()
    if gone := sorted(set(numbers) - set(Path(ROOT / "ffi-c/abi/numbers.txt").read_text().splitlines())):
        sys.exit(f"semver: numbers and names never change, but these of {tag} are gone: {', '.join(gone)}")


def main() -> None:
    """Compares both, or prints that there is no earlier release."""
    tag = sys.argv[1] if len(sys.argv) > 1 else last_release()
    if not tag:
        print(f"semver: no earlier release is tagged: {record.VERSION} is the first, and nothing can break")
        return
    if captured("git", "rev-parse", "--verify", "--quiet", f"{tag}^{{commit}}").returncode:
        sys.exit(f"semver: {tag} is no revision of this repository")
    print(f"semver: comparing with {tag}", flush=True)
    subprocess.run([str(ROOT / "tools/need.sh"), "abigail-tools"], check=True)
    c_library(tag)
    crates(tag)
    print(f"semver: programs of {tag} work with {record.VERSION} as its version promises")


if __name__ == "__main__":
    main()
