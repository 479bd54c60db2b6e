"""The wheels for the stable ABI of CPython 3.10, and the sdist."""

import shutil
import zipfile
from pathlib import Path

from workshop import Failed, Unavailable, Workshop

HERE = "x86_64-unknown-linux-gnu"
ELSEWHERE = ("aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl", "aarch64-apple-darwin",
             "x86_64-apple-darwin", "x86_64-pc-windows-gnu")
READERS = ("abi3audit==0.0.26", "auditwheel==6.8.2", "twine==7.0.0")
# Ends with 0, because the trace is continued.
EXPLAIN = ("explain", "-H", "sentry-trace: 771a43a4192642f0b136d5159a501700-1234567890abcdef-1")


def build_sdist(shop: Workshop) -> None:
    """The sdist, which is also built without a network."""
    folder = shop.fresh("python/sdist")
    shop.run("tools/build.sh", "sdist", folder)
    sdist = keep(shop, next(folder.glob("sdist/*.tar.gz")))
    shop.made(sdist, "any system with Rust 1.89", [*described(shop, sdist), *from_source(shop, sdist)] if shop.checks else [])


def build_here(shop: Workshop) -> None:
    """The wheel for this system."""
    folder = shop.fresh("python/here")
    shop.run("tools/build.sh", "python", folder)
    wheel = keep(shop, next(folder.glob("*.whl")))
    shop.made(wheel, HERE, [*audited(shop, wheel), *vectors(shop, wheel)] if shop.checks else [])


def build_elsewhere(shop: Workshop) -> None:
    """The wheels for other systems, as far as zig links them."""
    for triple in ELSEWHERE:
        folder = shop.fresh(f"python/{triple}")
        try:
            shop.rust_target(triple)
            shop.run("tools/build.sh", "python", folder, env={"TARGET": triple})
        except (Failed, Unavailable) as error:
            shop.missing(f"the wheel for {triple}", error)
            continue
        wheel = keep(shop, next(folder.glob("*.whl")))
        shop.made(wheel, triple, [*audited(shop, wheel), *emulated(shop, wheel, triple)] if shop.checks else [])


def keep(shop: Workshop, path: Path) -> Path:
    """Copies a file into the release."""
    return Path(shutil.copy(path, shop.out))


def described(shop: Workshop, path: Path) -> list[str]:
    """PyPI takes the description and the metadata."""
    shop.captured(shop.tools(*READERS) / "twine", "check", "--strict", path)
    return ["twine check"]


def audited(shop: Workshop, wheel: Path) -> list[str]:
    """The symbols are those of the stable ABI, and for Linux those that the wheel's tag allows."""
    tools, done = shop.tools(*READERS), described(shop, wheel)
    shop.captured(tools / "abi3audit", "--strict", wheel)
    done.append("abi3audit")
    if "linux" in wheel.name:
        policy = wheel.name.removesuffix(".whl").split("-")[-1].split(".")[0]
        told = " ".join(shop.captured(tools / "auditwheel", "show", wheel).split())
        if policy not in told:
            raise Failed(f"auditwheel does not find that {wheel.name} is {policy}: {told}")
        done.append("auditwheel")
    return done


def vectors(shop: Workshop, wheel: Path) -> list[str]:
    """Installs the wheel in a fresh environment, and runs the suite's vectors and the command."""
    venv = shop.fresh("python/venv")
    shop.need("python3-venv")
    shop.captured("python3", "-m", "venv", venv)
    pip = (venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check")
    shop.captured(*pip, "pytest==9.2.0", "hypothesis==6.168.5")
    shop.captured(*pip, "--no-index", "--no-deps", wheel)
    suite = shop.suite() / "bindings-python"
    shop.captured(venv / "bin/python", "-m", "pytest", "-p", "no:cacheprovider", "tests/test_vectors.py", cwd=suite)
    shop.captured(venv / "bin/tracehop", *EXPLAIN)
    return ["the vectors of the Python suite", "tracehop explain"]


def from_source(shop: Workshop, sdist: Path) -> list[str]:
    """Builds the sdist and installs it in a network namespace that has no network: with maturin, and nothing else, at hand."""
    venv = shop.fresh("python/offline")
    shop.captured("python3", "-m", "venv", venv)
    shop.captured(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "maturin==1.16.0")
    # Its behaviour is tested elsewhere: built in a hurry, in a folder of its own, without the registry's cache.
    env = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
           "CARGO_HOME": str(shop.fresh("python/cargo-home")), "CARGO_TARGET_DIR": str(shop.work / "python/offline-build"),
           "PATH": f"{venv}/bin:{shop.environment()['PATH']}"}
    shop.run("unshare", "--net", venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
             "--no-build-isolation", sdist, cwd=shop.work, env=env)
    shop.captured(venv / "bin/tracehop", *EXPLAIN)
    return ["built and installed without a network"]


def emulated(shop: Workshop, wheel: Path, triple: str) -> list[str]:
    """Runs the wheel for aarch64 by Debian's arm64 Python under qemu-user; the others are linked only."""
    if triple != "aarch64-unknown-linux-gnu":
        return []
    try:
        system = arm64(shop)
    except (Failed, Unavailable) as reason:
        shop.missing(f"a run of {wheel.name}", reason)
        return []
    site = shop.fresh("python/aarch64-site")
    zipfile.ZipFile(wheel).extractall(site)
    script = ("import platform, tracehop; assert platform.machine() == 'aarch64'; "
              "context = tracehop.Propagator().continue_trace({'sentry-trace': '771a43a4192642f0b136d5159a501700-1234567890abcdef-1'}); "
              "assert context.trace_id == '771a43a4192642f0b136d5159a501700'; print(tracehop.__file__)")
    shop.captured("qemu-aarch64", "-L", system, "-E", f"PYTHONPATH={site}", system / "usr/bin/python3.11", "-S", "-c", script)
    return ["a hop in Debian's Python for arm64 under qemu-aarch64"]


def arm64(shop: Workshop) -> Path:
    """A folder with Debian's packages of Python for arm64, unpacked: nothing of it is installed."""
    folder = shop.work / "arm64"
    if (folder / "ready").exists():
        return folder
    shop.need("qemu-user", "debootstrap")
    shop.fresh("arm64")
    shop.captured("debootstrap", "--download-only", "--arch=arm64", "--variant=minbase", "--include=python3", "bookworm", folder)
    for name in ("bin", "lib", "sbin"):
        (folder / "usr" / name).mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists():
            (folder / name).symlink_to(f"usr/{name}")
    for package in sorted((folder / "var/cache/apt/archives").glob("*.deb")):
        shop.captured("bash", "-c", f"dpkg-deb --fsys-tarfile '{package}' | tar -x --keep-directory-symlink -C '{folder}'")
    (folder / "ready").touch()
    return folder
