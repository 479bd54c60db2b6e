"""The wheels for the stable ABI of CPython 3.10, and the sdist."""

import base64
import hashlib
import os
import re
import shutil
import zipfile
from pathlib import Path

import musl
import records
from foreign import System
from workshop import Failed, Unavailable, Workshop

HERE = "x86_64-unknown-linux-gnu"
ELSEWHERE = ("aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl", "aarch64-apple-darwin",
             "x86_64-apple-darwin", "x86_64-pc-windows-gnu")
READERS = ("abi3audit==0.0.26", "auditwheel==6.8.2", "lief==1.0.0", "twine==7.0.0")
# The libraries that a wheel may need, by its platform's tag: those that each such system has. For glibc auditwheel knows them; musl's
# only one has the name that zig gives it, which auditwheel does not know.
NEEDED = {
    "musllinux": r"libc\.so",
    "macosx": r"@rpath/tracehop\._tracehop\.abi3\.so|/usr/lib/lib(System\.B|charset\.1|iconv\.2)\.dylib",
    "win_": r"python3\.dll|(api-ms-win-core-synch-l1-2-0|bcryptprimitives|kernel32|msvcrt|ntdll|userenv|ws2_32)\.dll",
}
# The prefixes of an interpreter's symbols, and the entry point of the module.
PYTHON = (("Py", "_Py"), "PyInit__tracehop")
# Exits with 0, because the trace is continued.
EXPLAIN = ("explain", "-H", "sentry-trace: 771a43a4192642f0b136d5159a501700-1234567890abcdef-1")


def build_sdist(shop: Workshop) -> None:
    """Builds the sdist, and builds from it without a network."""
    folder = shop.fresh("python/sdist")
    shop.run("tools/build.sh", "sdist", folder)
    sdist = keep(shop, next(folder.glob("sdist/*.tar.gz")))
    shop.made(sdist, "any system with Rust 1.89", [*described(shop, sdist), *from_source(shop, sdist)] if shop.checks else [])


def build_here(shop: Workshop) -> None:
    """Builds the wheel for this system."""
    folder = shop.fresh("python/here")
    shop.run("tools/build.sh", "python", folder)
    wheel = enclosing(shop, next(folder.glob("*.whl")))
    shop.made(wheel, HERE, [*audited(shop, wheel), *suite(shop, wheel)] if shop.checks else [])


def build_elsewhere(shop: Workshop) -> None:
    """Builds the wheels for other systems, as far as zig links them."""
    shop.missing("the wheel for free-threaded Python 3.14", "Debian has no such Python, and its ABI is not the stable one; the sdist builds there")
    for triple in ELSEWHERE:
        folder = shop.fresh(f"python/{triple}")
        try:
            shop.rust_target(triple)
            shop.run("tools/build.sh", "python", folder, env={"TARGET": triple})
        except (Failed, Unavailable) as error:
            shop.missing(f"the wheel for {triple}", error)
            continue
        wheel = enclosing(shop, next(folder.glob("*.whl")))
        shop.made(wheel, triple, [*audited(shop, wheel), *emulated(shop, wheel, triple)] if shop.checks else [])


def keep(shop: Workshop, path: Path) -> Path:
    """Copies a file into the release."""
    return Path(shutil.copy(path, shop.out))


def enclosing(shop: Workshop, wheel: Path) -> Path:
    """Copies a wheel into the release, with the third-party notices among its licences and the bill of materials as in PEP 770."""
    info = f"tracehop-{shop.version}.dist-info"
    text, sbom = records.enclosed(shop)
    added = {f"{info}/licenses/{text.name}": text.read_bytes(), f"{info}/sboms/{sbom.name}": sbom.read_bytes()}
    path = shop.out / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(path, "w") as new:
        data = {entry.filename: old.read(entry) for entry in old.infolist()}
        data[f"{info}/METADATA"] = data[f"{info}/METADATA"].replace(b"License-File: ", f"License-File: {text.name}\nLicense-File: ".encode(), 1)
        listed = data.pop(f"{info}/RECORD").decode().splitlines()
        data |= added
        rewritten = {f"{info}/METADATA", *added}
        listed = [line for line in listed if line.split(",")[0] not in (f"{info}/METADATA", f"{info}/RECORD")]
        data[f"{info}/RECORD"] = "\n".join([*listed, *(recorded(name, data[name]) for name in sorted(rewritten)), f"{info}/RECORD,,", ""]).encode()
        like = old.getinfo(f"{info}/METADATA")
        for name, content in data.items():
            entry = zipfile.ZipInfo(name, like.date_time)
            entry.external_attr = (old.getinfo(name) if name in old.namelist() else like).external_attr
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return path


def recorded(name: str, data: bytes) -> str:
    """Returns a file's line in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


def described(shop: Workshop, path: Path) -> list[str]:
    """Checks that PyPI accepts the description and the metadata."""
    shop.captured(shop.tools(*READERS) / "twine", "check", "--strict", path)
    return ["twine check"]


def audited(shop: Workshop, wheel: Path) -> list[str]:
    """Checks that the symbols are those of the stable ABI, and for Linux those that the wheel's tag allows."""
    tools, done = shop.tools(*READERS), described(shop, wheel)
    shop.captured(tools / "abi3audit", "--strict", wheel)
    done.append("abi3audit")
    kind = next((kind for kind in NEEDED if kind in wheel.name), None)
    if kind:
        done.append(needs_only(shop, wheel, NEEDED[kind]))
    else:
        policy = wheel.name.removesuffix(".whl").split("-")[-1].split(".")[0]
        told = " ".join(shop.captured(tools / "auditwheel", "show", wheel).split())
        if policy not in told:
            raise Failed(f"auditwheel does not find that {wheel.name} is {policy}: {told}")
        done.append("auditwheel")
    return done


def needs_only(shop: Workshop, wheel: Path, allowed: str) -> str:
    """Checks that the wheel's compiled part needs only libraries of its system."""
    script = "import lief, sys; part = lief.parse(sys.argv[1]); print(*(getattr(library, 'name', library) for library in part.libraries), sep='\\n')"
    library = compiled_part(shop, wheel, "audit")
    needed = shop.captured(shop.tools(*READERS) / "python", "-c", script, library).split()
    if others := [name for name in needed if not re.fullmatch(allowed, name, re.I)]:
        raise Failed(f"{wheel.name} needs {', '.join(others)}")
    return "no library is needed but those of the system"


def compiled_part(shop: Workshop, wheel: Path, use: str) -> Path:
    """Unpacks the extension module of a wheel."""
    folder = shop.fresh(f"python/{use}")
    zipfile.ZipFile(wheel).extractall(folder)
    return next(path for path in folder.rglob("_tracehop.*") if path.suffix in (".so", ".pyd"))


def suite(shop: Workshop, wheel: Path) -> list[str]:
    """Installs the wheel in a fresh environment and runs the command, then the whole Python suite against the wheel."""
    venv = shop.fresh("python/venv")
    shop.need("python3-venv")
    shop.captured("python3", "-m", "venv", venv)
    shop.captured(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel)
    shop.captured(venv / "bin/tracehop", *EXPLAIN)
    # The test of the package knows the wheel of `make dist`, which has no notices, and its sdist.
    told = shop.captured(shop.suite() / "tools/test.sh", "python", "--ignore=tests/test_package.py", env=dict(os.environ) | {"WHEEL": str(wheel)})
    passed = re.search(r"(\d+) passed", told)[1]
    return ["tracehop explain", f"the Python suite, {passed} tests"]


def from_source(shop: Workshop, sdist: Path) -> list[str]:
    """Builds and installs the sdist in a namespace without a network, with only maturin installed."""
    venv = shop.fresh("python/offline")
    shop.captured("python3", "-m", "venv", venv)
    shop.captured(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "maturin==1.16.0")
    # Its behaviour is tested elsewhere: built without optimisation, in a separate folder, without the registry's cache.
    env = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
           "CARGO_HOME": str(shop.fresh("python/cargo-home")), "CARGO_TARGET_DIR": str(shop.work / "python/offline-build"),
           "PATH": f"{venv}/bin:{shop.environment()['PATH']}"}
    shop.run("unshare", "--net", venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
             "--no-build-isolation", sdist, cwd=shop.work, env=env)
    shop.captured(venv / "bin/tracehop", *EXPLAIN)
    return ["built and installed without a network"]


def emulated(shop: Workshop, wheel: Path, triple: str) -> list[str]:
    """Runs the wheel for aarch64 with Debian's arm64 Python under qemu-user, loads those for musl; the others are linked only."""
    if triple == "x86_64-unknown-linux-musl":
        return musl.loaded(shop, compiled_part(shop, wheel, "musl-site"), *PYTHON)
    if not triple.startswith("aarch64-unknown-linux"):
        return ["linked only: nothing here runs it"]
    try:
        system = System(shop, "bookworm", "arm64", "python3,musl")
    except Unavailable as reason:
        shop.missing(f"a run of {wheel.name}", reason)
        return []
    if triple == "aarch64-unknown-linux-musl":
        return musl.loaded(shop, compiled_part(shop, wheel, "musl-site"), *PYTHON, system=system)
    site = shop.fresh("python/aarch64-site")
    zipfile.ZipFile(wheel).extractall(site)
    script = ("import platform, tracehop; assert platform.machine() == 'aarch64'; "
              "context = tracehop.Propagator().continue_trace({'sentry-trace': '771a43a4192642f0b136d5159a501700-1234567890abcdef-1'}); "
              "assert context.trace_id == '771a43a4192642f0b136d5159a501700'; print(tracehop.__file__)")
    system.run("/usr/bin/python3.11", "-S", "-c", script, env={"PYTHONPATH": str(site)}, cwd=shop.work, binds=[])
    return ["a hop in Debian's Python for arm64 under qemu-aarch64"]
