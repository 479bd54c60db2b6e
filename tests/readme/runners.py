"""Runs a block in its language, as a reader does, and returns its output."""

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from documents import ROOT

HERE = ROOT / "target/readme"

# A reader's crate next to the repository. The lock file fixes the versions that are already downloaded.
MANIFEST = """\
[package]
name = "readme"
version = "0.0.0"
edition = "2024"

[dependencies]
getrandom = { version = "0.4", features = ["std"] }
tracehop-core = { path = "../../../core" }

[workspace]
"""


def run(*command: object, **env: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=HERE, env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert not done.stderr, done.stderr
    return done.stdout


def rust(text: str) -> list[str]:
    crate = HERE / "rust"
    (crate / "src").mkdir(parents=True, exist_ok=True)
    (crate / "Cargo.toml").write_text(MANIFEST)
    shutil.copy(ROOT / "Cargo.lock", crate)
    # As in rustdoc, the block is the body of a main that may fail.
    main = f"fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{text}Ok(())\n}}\n"
    (crate / "src/main.rs").write_text(main)
    return [run("cargo", "run", "--quiet", "--manifest-path", crate / "Cargo.toml", CARGO_TARGET_DIR=str(HERE / "cargo"))]


@functools.cache
def installed() -> Path:
    prefix = HERE / "prefix"
    run("make", "--silent", "--directory", ROOT, "install", f"PREFIX={prefix}")
    return prefix


def c(text: str) -> list[str]:
    """Runs it with the installed library, shared and static."""
    prefix = installed()
    (HERE / "main.c").write_text(text)
    search = {"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    compiler = ["cc", "-O1", "-Wall", "-Wextra", "-Werror", "main.c"]
    shared = shlex.split(run("pkg-config", "--cflags", "--libs", "tracehop", **search))
    static = shlex.split(run("pkg-config", "--cflags", "--libs", "--static", "tracehop", **search))
    run(*compiler, "-o", "shared", *shared)
    run(*compiler, "-o", "static", *("-l:libtracehop.a" if flag == "-ltracehop" else flag for flag in static))
    run(*compiler, "-static", "-o", "whole", *static)
    assert "libtracehop" not in run("ldd", "./static")
    return [run("./shared", LD_LIBRARY_PATH=str(prefix / "lib")), run("./static"), run("./whole")]


# Packages in separate folders, because they replace packages of the suite or need other versions.
APART = re.compile(r"^import (sanic|niquests)$", re.MULTILINE)
STRANGERS = re.compile(r'^require "(?!tracehop|json|logger|stringio)', re.MULTILINE)
ANSWER = re.compile(r"^(?!#)(\S.*?)\s+# => (.+)$", re.MULTILINE)


def python(text: str) -> list[str]:
    return [run(sys.executable, "-W", "error", _file("main.py", text), PYTHONPATH=search_path(text))]


def search_path(text: str) -> str:
    """Returns PYTHONPATH for a program: its packages in separate folders, then the present value."""
    return ":".join(filter(None, [*(str(Path(sys.prefix) / package) for package in APART.findall(text)), os.environ.get("PYTHONPATH")]))


def ruby(text: str) -> list[str]:
    """Checks each `expression   # => value`; with warnings only if it loads no other gems, which have their own."""
    script = ANSWER.sub(r"raise(%q(\1)) unless (\1).inspect == %q(\2)", text)
    warnings = () if STRANGERS.search(text) else ("-w",)
    return [run("ruby", *warnings, _file("main.rb", script), GEM_HOME=os.environ["README_GEM_HOME"])]


def _file(name: str, text: str) -> Path:
    (HERE / name).write_text(text)
    return HERE / name


RUNNERS = {"rust": rust, "c": c, "python": python, "ruby": ruby}
