#!/usr/bin/env python3
"""Installs once by `cargo cinstall` and once by `make install`, and compares: `cinstall.py WORK`, cargo-c on PATH.

`tools/test.sh cinstall` runs it. It is no part of `make test`, because cargo-c takes minutes to build.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parent
PROGRAMS = "shared-c", "static-c", "shared-cpp", "static-cpp"


def run(*command: str | Path, **environ: str) -> str:
    """The standard output of a command; ends the program with its whole output if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, env={**os.environ, **environ})
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout


def files(prefix: Path) -> list[str]:
    """The installed files. cargo-c puts CMake's files into `share`, where CMake also looks."""
    found = (str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(path.replace("usr/share/cmake", "usr/lib/cmake") for path in found)


def symbols(prefix: Path) -> str:
    return run("nm", "-D", "--defined-only", "--format=just-symbols", prefix / "usr/lib/libtracehop.so")


def soname(prefix: Path) -> str:
    return re.search(r"soname: .*", run("readelf", "-d", prefix / "usr/lib/libtracehop.so"))[0]


def flags(prefix: Path) -> str:
    options = "--define-variable=prefix=/usr", "--static", "--cflags", "--libs", "--modversion", "tracehop"
    return run("pkg-config", *options, PKG_CONFIG_PATH=str(prefix / "usr/lib/pkgconfig"))


def headers(prefix: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (prefix / "usr/include").iterdir()}


def main(work: Path) -> None:
    """Fails with the name of the first fact that differs."""
    by_cargo, by_make, programs = work / "by-cargo", work / "by-make", work / "programs"
    for folder in by_cargo, by_make, programs:
        shutil.rmtree(folder, ignore_errors=True)
    options = "--prefix", "/usr", "--libdir", "lib", "--destdir", by_cargo, "--target-dir", work / "target"
    run("cargo", "cinstall", "--locked", "--release", "--manifest-path", HERE / "Cargo.toml", *options)
    run(ROOT / "tools/build.sh", "c", work / "dist")
    run(ROOT / "tools/install.sh", work / "dist", PREFIX="/usr", DESTDIR=str(by_make))
    for fact in files, symbols, soname, flags, headers:
        if fact(by_cargo) != fact(by_make):
            sys.exit(f"cinstall: not the same {fact.__name__}:\n{fact(by_make)}\n{fact(by_cargo)}")
    run("cmake", "-S", HERE / "tests/cmake", "-B", programs, f"-DCMAKE_PREFIX_PATH={by_cargo / 'usr'}")
    run("cmake", "--build", programs)
    for program in PROGRAMS:
        run(programs / program)
    print("cinstall: the same files, symbols, SONAME and flags as make install; programs build by find_package, and run")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
