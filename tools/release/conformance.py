"""The conformance vectors, the description of their format, runners and adapters: one tarball that tests any SDK."""

import shutil
from pathlib import Path

from workshop import Workshop


def build(shop: Workshop) -> None:
    """Builds the tarball."""
    shop.made(pack(shop), "any SDK", ["its three runners beside the official SDKs, by the suite readme"])


def pack(shop: Workshop) -> Path:
    """Packs the tarball from the workshop's source."""
    folder = shop.fresh(f"conformance/tracehop-vectors-{shop.version}")
    shutil.copytree(shop.source / "core/vectors", folder / "vectors/core")
    shutil.copytree(shop.source / "host/vectors", folder / "vectors/host")
    tests = shop.source / "tests/conformance"
    shutil.copytree(tests / "adapters", folder / "adapters", ignore=shutil.ignore_patterns("__pycache__", "target"))
    for path in [*tests.glob("run.*"), tests / "README.md", shop.source / "LICENSE-APACHE", shop.source / "LICENSE-MIT"]:
        shutil.copy(path, folder)
    return shop.pack(f"{folder.name}.tar.gz", folder)
