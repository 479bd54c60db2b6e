#!/usr/bin/env python3
"""Publishes what `make release` has built: publish.py tag TAG | pypi | crates | gems | github TAG

Without PUBLISH=1 nothing is uploaded: each command is printed, and those with a dry run do one. `tag` fails unless the tag is that
of the version and the commit; `pypi` only collects the files that the workflow's upload takes, in target/publish/pypi.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import record

ROOT, FILES = record.ROOT, record.ROOT / "target/release-files"
IS_REAL = os.environ.get("PUBLISH") == "1"


def told() -> dict[str, object]:
    """Returns RELEASE.json; exits if its version is another one."""
    try:
        found = json.loads((FILES / "RELEASE.json").read_text())
    except OSError as error:
        sys.exit(f"publish: {error}; run make release first")
    if found["version"] != record.VERSION:
        sys.exit(f"publish: the files are of version {found['version']}, Cargo.toml says {record.VERSION}: run make release")
    return found


def files(pattern: str) -> list[Path]:
    """Returns the files of the release with matching names."""
    return [FILES / file["file"] for file in told()["files"] if re.fullmatch(pattern, file["file"])]


def command(*words: object) -> None:
    """Runs a command, or prints it."""
    line = [str(word) for word in words]
    print(f"publish: {' '.join(line)}{'' if IS_REAL else '   (not run: PUBLISH=1 does)'}", flush=True)
    if IS_REAL:
        subprocess.run(line, check=True, cwd=ROOT)


def tag(name: str) -> None:
    """Exits unless the tag is v and the version, and the changelog has a dated section for it."""
    if name != f"v{record.VERSION}":
        sys.exit(f"publish: the tag is {name}, Cargo.toml says version {record.VERSION}")
    notes()
    print(f"publish: {name} is version {record.VERSION}")


def notes() -> str:
    """Returns the version's section of the changelog."""
    text = (ROOT / "CHANGELOG.md").read_text()
    found = re.search(rf"^## \[{re.escape(record.VERSION)}\] - \d{{4}}-\d\d-\d\d$\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not found:
        sys.exit(f"publish: CHANGELOG.md has no dated section [{record.VERSION}]")
    return found[1].strip()


def pypi() -> None:
    """Copies wheels and sdist into a separate folder."""
    folder = ROOT / "target/publish/pypi"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in files(rf".*\.whl|tracehop-{re.escape(record.VERSION)}\.tar\.gz"):
        print(f"publish: {shutil.copy(path, folder)}")


def crates() -> None:
    """Publishes the crates in the order of their dependencies; the dry run is cargo's."""
    named = [word for crate in ("tracehop-core", "tracehop-host", "tracehop-ffi") for word in ("-p", crate)]
    command("cargo", "publish", "--locked", *named)
    if not IS_REAL:
        subprocess.run(["cargo", "publish", "--locked", "--dry-run", "--no-verify", *named], check=True, cwd=ROOT)


def gems() -> None:
    """Publishes the source gem and the platform gems."""
    for path in files(r".*\.gem"):
        command("gem", "push", path)


def github(name: str) -> None:
    """Creates a release with every file and the changelog's section."""
    path = ROOT / "target/publish/notes.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notes())
    command("gh", "release", "create", name, "--verify-tag", "--title", f"tracehop {record.VERSION}", "--notes-file", path,
            *files(".*"), FILES / "RELEASE.json", FILES / "SHA256SUMS")


if __name__ == "__main__":
    verbs = {function.__name__: function for function in (tag, pypi, crates, gems, github)}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    verbs[sys.argv[1]](*sys.argv[2:])
