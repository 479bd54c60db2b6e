"""The C library as Debian packages: libtracehopABI with the shared library, libtracehop-dev with the rest."""

import gzip
import shutil
from pathlib import Path

import record
import records
from workshop import Unavailable, Workshop

TRIPLE, ARCH, MULTIARCH = "x86_64-unknown-linux-gnu", "amd64", "x86_64-linux-gnu"
RUNTIME = f"libtracehop{record.ABI}"
MAINTAINER = f"{record.AUTHORS[0]} <noreply@tracehop.invalid>"
SUMMARY = "carries a Sentry distributed trace across every hop"
ABOUT = """ Reads sentry-trace, baggage and W3C traceparent headers, continues the trace,
 and writes the headers of the next request."""
COPYRIGHT = f"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tracehop
Source: {record.URL}

Files: *
Copyright: {", ".join(record.AUTHORS)}
License: Expat or Apache-2.0

License: Expat
"""


def build(shop: Workshop) -> None:
    """Packs what `tools/install.sh` installs, and checks it by lintian and by a program that finds it."""
    shop.need("dpkg-dev", "build-essential")
    shop.run("tools/build.sh", "c", shop.fresh("debian/built"), env={"TARGET": TRIPLE})
    tree = shop.fresh("debian/tree")
    shop.run("tools/install.sh", shop.work / "debian/built", env={"PREFIX": "/usr", "LIBDIR": f"lib/{MULTIARCH}", "DESTDIR": str(tree)})
    runtime, dev = shop.fresh(f"debian/{RUNTIME}"), shop.fresh("debian/libtracehop-dev")
    shutil.copytree(tree, dev, symlinks=True, dirs_exist_ok=True)
    (runtime / f"usr/lib/{MULTIARCH}").mkdir(parents=True)
    for library in (dev / f"usr/lib/{MULTIARCH}").glob("libtracehop.so.*"):
        library.rename(runtime / f"usr/lib/{MULTIARCH}" / library.name)
    packages = [
        pack(shop, runtime, f"Package: {RUNTIME}\nSection: libs\nDepends: {needs(shop, runtime)}\n", "shared library"),
        pack(shop, dev, f"Package: libtracehop-dev\nSection: libdevel\nDepends: {RUNTIME} (= {shop.version}-1)\n", "development files"),
    ]
    checked = [*linted(shop, packages), *used(shop, packages)] if shop.checks else []
    for path in packages:
        shop.made(path, f"Debian 12, {ARCH}", checked)


def needs(shop: Workshop, folder: Path) -> str:
    """Returns the packages with the libraries that the shared library needs, from dpkg-shlibdeps."""
    work = shop.fresh("debian/shlibdeps")
    (work / "debian").mkdir()
    (work / "debian/control").write_text(f"Source: tracehop\n\nPackage: {RUNTIME}\nArchitecture: {ARCH}\n")
    told = shop.run("dpkg-shlibdeps", "-O", f"-e{next(folder.rglob('libtracehop.so.*.*.*'))}", cwd=work)
    return told.strip().removeprefix("shlibs:Depends=")


def pack(shop: Workshop, folder: Path, own: str, kind: str) -> Path:
    """Packs a .deb of a folder, with copyright, changelog and, for the shared library, shlibs and triggers."""
    name = own.split()[1]
    doc = folder / "usr/share/doc" / name
    doc.mkdir(parents=True)
    # The other package depends on this one, which contains them.
    for path in records.enclosed(shop) if name == RUNTIME else []:
        (doc / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    mit = "".join(f" {line}\n" if line else " .\n" for line in (shop.source / "LICENSE-MIT").read_text().strip().splitlines()[2:])
    (doc / "copyright").write_text(f"{COPYRIGHT}{mit}\nLicense: Apache-2.0\n See /usr/share/common-licenses/Apache-2.0.\n")
    date = shop.captured("date", "--utc", "--rfc-email", f"--date=@{shop.epoch}").strip()
    entry = f"tracehop ({shop.version}-1) stable; urgency=medium\n\n  * Release {shop.version}.\n\n -- {MAINTAINER}  {date}\n"
    (doc / "changelog.Debian.gz").write_bytes(gzip.compress(entry.encode(), 9, mtime=0))
    control = folder / "DEBIAN"
    control.mkdir()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    (control / "control").write_text(
        f"{own}Source: tracehop\nVersion: {shop.version}-1\nArchitecture: {ARCH}\nMulti-Arch: same\nPriority: optional\n"
        f"Maintainer: {MAINTAINER}\nHomepage: {record.URL}\nInstalled-Size: {size}\n"
        f"Description: {SUMMARY} ({kind})\n{ABOUT}\n")
    if name == RUNTIME:
        (control / "shlibs").write_text(f"libtracehop {record.ABI} {RUNTIME} (>= {shop.version})\n")
        (control / "triggers").write_text("activate-noawait ldconfig\n")
    shop.run("bash", "-c", f"find '{folder}' -type d -exec chmod 755 {{}} + -o -type f -exec chmod 644 {{}} +")
    sums = [f"{shop.captured('md5sum', path).split()[0]}  {path.relative_to(folder)}\n"
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink() and control not in path.parents]
    (control / "md5sums").write_text("".join(sums))
    shop.run("bash", "-c", f"chmod 644 '{control}'/*; find '{folder}' -exec touch -h --date=@{shop.epoch} {{}} +")
    path = shop.out / f"{name}_{shop.version}-1_{ARCH}.deb"
    shop.run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", folder, path)
    return path


def linted(shop: Workshop, packages: list[Path]) -> list[str]:
    """Fails on a lintian error, except the missing bug number of a first upload to Debian itself."""
    try:
        shop.need("lintian")
    except Unavailable as reason:
        shop.missing("a check by lintian", reason)
        return []
    shop.captured("lintian", "--fail-on", "error", "--suppress-tags", "initial-upload-closes-no-bugs", *packages)
    return ["lintian"]


def used(shop: Workshop, packages: list[Path]) -> list[str]:
    """Builds and runs a program for which pkg-config finds the unpacked packages."""
    root = shop.fresh("debian/unpacked")
    for package in packages:
        shop.captured("dpkg-deb", "-x", package, root)
    lib = root / "usr/lib" / MULTIARCH
    # pkg-config prefixes each path with the root, as for a cross compiler.
    paths = {"PKG_CONFIG_LIBDIR": str(lib / "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root), "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
             "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}
    flags = shop.run("pkg-config", "--cflags", "--libs", "tracehop", env=paths).split()
    program = shop.work / "debian/hop"
    shop.captured("cc", "-std=c99", "-Werror", shop.source / "ffi-c/tests/c/hop.c", *flags, "-o", program)
    shop.run(program, env={"LD_LIBRARY_PATH": str(lib)})
    return ["a program that pkg-config finds them for"]
