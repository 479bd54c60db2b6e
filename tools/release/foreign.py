"""Debian's packages of another suite or machine, unpacked in a folder: their programs run there, and nothing is installed here."""

import shutil
from pathlib import Path

from workshop import ROOT, Failed, Unavailable, Workshop

QEMU = {"arm64": "qemu-aarch64"}


class System:
    """A folder with the packages and their dependencies, kept in target/debian for the next release."""

    def __init__(self, shop: Workshop, suite: str, machine: str, packages: str) -> None:
        self.suite, self.machine = suite, machine
        self.folder = ROOT / f"target/debian/{suite}-{machine}-{packages.split(',')[0]}"
        self._shop = shop
        shop.need("debootstrap", *(["qemu-user"] if machine in QEMU else []))
        ready = self.folder / "ready"
        if not ready.exists() or ready.read_text() != packages:
            self._unpack(packages)
            ready.write_text(packages)

    def _unpack(self, packages: str) -> None:
        self._shop.say(f"unpacking {packages} of Debian {self.suite} for {self.machine}")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self._shop.captured("debootstrap", "--download-only", f"--arch={self.machine}", "--variant=minbase", f"--include={packages}",
                                self.suite, self.folder)
        except Failed as failed:
            raise Unavailable(f"Debian {self.suite} for {self.machine} cannot be had: {failed}") from failed
        # Debian's programs use the old names of these folders too.
        for name in ("bin", "lib", "lib64", "sbin"):
            (self.folder / "usr" / name).mkdir(parents=True, exist_ok=True)
            if not (self.folder / name).exists():
                (self.folder / name).symlink_to(f"usr/{name}")
        for package in sorted((self.folder / "var/cache/apt/archives").glob("*.deb")):
            self._shop.captured("bash", "-c", f"dpkg-deb --fsys-tarfile '{package}' | tar -x --keep-directory-symlink -C '{self.folder}'")
            package.unlink()

    def run(self, program: str, *words: object, env: dict[str, str], cwd: Path, binds: list[Path]) -> str:
        """Runs a program of the folder, by qemu-user or in a chroot that contains `binds` at their own paths; returns its output."""
        given = [f"{name}={value}" for name, value in {"LANG": "C.UTF-8", "HOME": "/tmp"}.items() | env.items()]
        if qemu := QEMU.get(self.machine):
            inside = (qemu, "-L", self.folder, self.folder / program.removeprefix("/"), *words)
            return self._shop.captured("env", "-i", "PATH=/usr/bin:/bin", *given, *inside, cwd=cwd)
        for folder in binds:
            (self.folder / str(folder).removeprefix("/")).mkdir(parents=True, exist_ok=True)
        script = ("root=$1 cwd=$2; shift 2; while [ $1 != -- ]; do mount --bind $1 $root$1; shift; done; shift; "
                  'exec chroot $root env -i --chdir=$cwd PATH=/usr/bin:/bin "$@"')
        # The mounts end with the namespace.
        return self._shop.captured("unshare", "--mount", "--propagation", "private", "bash", "-euc", script, "in", self.folder, cwd,
                                   *binds, "--", *given, program, *words)
