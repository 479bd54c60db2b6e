"""Shared by all parts of a release: the commit's source, a reproducible environment, the files, and the checks of each."""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import record
import traces

ROOT = Path(__file__).parents[2]


class Failed(Exception):
    """A command that failed, with the end of its output."""


class Unavailable(Exception):
    """Something that this machine lacks; what needs it is listed as not built or not checked."""


class Workshop:
    """Builds from a clone of HEAD in `work`, so that neither ignored nor changed files get into a release.

    Without `checks` the files are only built, to be compared with those of another build.
    """

    version = record.VERSION

    def __init__(self, work: Path, out: Path, *, checks: bool = True) -> None:
        self.checks = checks
        self.work, self.out, self.source = work.resolve(), out.resolve(), (work / "source").resolve()
        self.out.mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.commit = self.captured("git", "-C", ROOT, "rev-parse", "HEAD").strip()
        self.epoch = int(self.captured("git", "-C", ROOT, "log", "-1", "--format=%ct"))
        self._part, self._files, self._missing = "", [], []

    def clone(self) -> None:
        """Checks HEAD out in `source`. Unchanged files keep their time, so that cargo builds only what changed."""
        if not (self.source / ".git").exists():
            self.captured("git", "clone", "--quiet", "--no-checkout", ROOT, self.source)
        git = ("git", "-C", self.source)
        self.captured(*git, "fetch", "--quiet", ROOT, "HEAD")
        self.captured(*git, "checkout", "--quiet", "--force", "--detach", self.commit)
        self.captured(*git, "clean", "--quiet", "-ffdx", "--exclude=/target")
        if self.captured("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no").strip():
            self.say("uncommitted changes are left out: a release is what is committed")

    def suite(self) -> Path:
        """Returns the commit's tests: those of the repository, which are already built, unless it has changed since."""
        head = self.captured("git", "-C", ROOT, "rev-parse", "HEAD").strip()
        changed = self.captured("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no").strip()
        return ROOT if head == self.commit and not changed else self.source

    def environment(self, **more: str) -> dict[str, str]:
        """Returns an environment with the commit's date for every time, and without paths of this machine."""
        maps = {Path(self.sysroot): "/rust", self.work: "/build", self.source: "/tracehop"}
        maps |= dict.fromkeys(sorted(self.unpacked_crates.glob("*")), "/registry")
        rust = " ".join(f"--remap-path-prefix={path}={name}" for path, name in maps.items())
        c = " ".join(f"-ffile-prefix-map={path}={name}" for path, name in maps.items())
        kept = {name: value for name, value in os.environ.items() if name not in ("RUSTFLAGS", "CARGO_BUILD_TARGET", "TARGET")}
        return kept | {"SOURCE_DATE_EPOCH": str(self.epoch), "CARGO_TARGET_DIR": str(self.work / "build"), "CFLAGS": c,
                       "RUSTFLAGS": rust, "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"} | more

    def run(self, *command: object, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
        """Runs a command in the reproducible environment; returns its output."""
        return self.captured(*command, cwd=cwd or self.source, env=self.environment(**(env or {})))

    @staticmethod
    def captured(*command: object, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
        """Runs a command; returns its output. Failed, with the end of both streams, if it fails."""
        words = [str(word) for word in command]
        done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    def need(self, *packages: str) -> None:
        """Installs Debian packages; Unavailable if they cannot be installed."""
        try:
            self.captured(ROOT / "tools/need.sh", *packages)
        except Failed as failed:
            raise Unavailable(f"Debian's {' '.join(packages)} cannot be installed") from failed

    def rust_target(self, triple: str) -> None:
        """Adds rustc's standard library for a system; Unavailable if it cannot be added."""
        try:
            libraries = Path(self.captured("rustc", "--print", "target-libdir", "--target", triple).strip())
            if not any(libraries.glob("libcore-*.rlib")):
                self.captured("rustup", "target", "add", triple)
        except (Failed, OSError) as failed:
            raise Unavailable(f"rustc has no standard library for {triple} here, and rustup cannot add it") from failed

    def tools(self, *requirements: str) -> Path:
        """Returns the folder of programs of a virtual environment with these packages of PyPI."""
        venv = self.work / "tools"
        if not (venv / "bin/pip").exists():
            self.need("python3-venv")
            self.captured(sys.executable, "-m", "venv", venv)
        try:
            self.captured(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
        except Failed as failed:
            raise Unavailable(f"{' '.join(requirements)} cannot be installed") from failed
        return venv / "bin"

    def fresh(self, name: str) -> Path:
        """Makes an empty folder in `work`."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def pack(self, name: str, folder: Path) -> Path:
        """Packs a .tar.gz of a folder into `out`: sorted, with the commit's date, without owner, with modes that no umask affects."""
        def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = self.epoch
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            return entry

        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in [folder, *sorted(folder.rglob("*"))]:
                tar.add(path, str(path.relative_to(folder.parent)), recursive=False, filter=plain)
        path = self.out / name
        path.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))
        return path

    def begin(self, part: str) -> None:
        """Says that the part begins, and removes the files of an earlier run of it."""
        self._part, self._files, self._missing = part, [], []
        self.say("building and checking" if self.checks else "building")
        for name in self.part_files(part):
            (self.out / name).unlink(missing_ok=True)

    def end(self) -> None:
        """Stores the part's files and checks, for RELEASE.json."""
        path = self.work / "parts" / f"{self._part}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"commit": self.commit, "files": self._files, "missing": self._missing}))

    def part_record(self, part: str) -> dict[str, Any]:
        """Returns what the last run of a part stored."""
        path = self.work / "parts" / f"{part}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def part_files(self, part: str) -> list[str]:
        """Returns the names of the files that the last run of a part built."""
        return [file["file"] for file in self.part_record(part).get("files", [])]

    def is_current(self, part: str) -> bool:
        """True if the last run of a part was of this commit."""
        return self.part_record(part).get("commit") == self.commit

    def made(self, path: Path, target: str, checked: Iterable[str]) -> None:
        """Lists a file of the release with its checks. Failed if it contains a path of this machine."""
        if leaks := traces.found(path.name, path.read_bytes(), self.folders()):
            raise Failed(f"{path.name} names folders of this machine: {', '.join(leaks[:5])}")
        words = "; ".join(checked) or ("nothing: linked only" if self.checks else "nothing: built to be compared")
        self._files.append({"file": path.name, "target": target, "checked": words})
        self.say(f"{path.name} ({target}), checked by {words}")

    @cached_property
    def sysroot(self) -> str:
        """Returns the folder of the compiler."""
        return self.captured("rustc", "--print", "sysroot").strip()

    @cached_property
    def cargo_home(self) -> Path:
        """The folder of cargo's downloads."""
        return Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))

    @property
    def unpacked_crates(self) -> Path:
        """The folder in which cargo has a folder of unpacked crates for each registry."""
        return self.cargo_home / "registry/src"

    def folders(self) -> set[str]:
        """Returns the folders of this machine that no file may contain."""
        return {str(folder) for folder in (ROOT, self.work, self.cargo_home, self.sysroot)}

    def missing(self, what: str, reason: object) -> None:
        """Lists what could not be built or checked. The whole reason is printed; its first line is stored, without paths of this machine."""
        self.say(f"without {what}: {reason}")
        kept = str(reason).splitlines()[0]
        for folder in sorted(self.folders(), key=len, reverse=True):
            kept = kept.replace(folder, "...")
        self._missing.append({"what": what, "reason": kept})

    def say(self, text: str) -> None:
        """Prints one line."""
        print(f"release: {self._part}: {text}" if self._part else f"release: {text}", flush=True)
