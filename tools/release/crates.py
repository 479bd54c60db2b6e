"""The crates, as `cargo publish` would upload them."""

import shutil

from workshop import Failed, Unavailable, Workshop

CRATES = ("tracehop-core", "tracehop-host", "tracehop-ffi")
BOARD = "thumbv7em-none-eabi"


def build(shop: Workshop) -> None:
    """Packs and builds the crates in a dry run of publishing, and uses the core of the packed file without std."""
    named = [word for crate in CRATES for word in ("-p", crate)]
    if shop.checks:
        forget_unpacked(shop)
        shop.run("cargo", "publish", "--quiet", "--dry-run", "--locked", *named)
    shop.run("cargo", "package", "--quiet", "--no-verify", "--locked", *named)
    for crate in CRATES:
        path = shop.out / f"{crate}-{shop.version}.crate"
        shutil.copy(shop.work / "build/package" / path.name, path)
        checked = ["cargo publish --dry-run"] if shop.checks else []
        if crate == "tracehop-core" and shop.checks:
            checked += without_std(shop)
        shop.made(path, "crates.io", checked)


def forget_unpacked(shop: Workshop) -> None:
    """Removes these crates from cargo's cache of unpacked sources, because the dry run would build those of an earlier commit."""
    for crate in CRATES:
        for folder in shop.unpacked_crates.glob(f"*/{crate}-{shop.version}"):
            shutil.rmtree(folder)


def without_std(shop: Workshop) -> list[str]:
    """Builds a no_std crate that depends on the packed core, for a board."""
    folder = shop.fresh("crates/board")
    shop.captured("tar", "-xzf", shop.out / f"tracehop-core-{shop.version}.crate", "-C", folder)
    (folder / "src").mkdir()
    (folder / "Cargo.toml").write_text(
        '[workspace]\n[package]\nname = "board"\nversion = "0.0.0"\nedition = "2024"\n'
        f'[dependencies]\ntracehop-core = {{ path = "tracehop-core-{shop.version}" }}\n')
    (folder / "src/lib.rs").write_text(
        "#![no_std]\npub fn is_sampled(value: &[u8]) -> Option<bool> {\n"
        "    tracehop_core::SentryTrace::parse(value).ok()?.sampled\n}\n")
    try:
        shop.rust_target(BOARD)
        shutil.copy(shop.source / "Cargo.lock", folder)
        shop.run("cargo", "build", "--quiet", "--target", BOARD, cwd=folder)
    except (Failed, Unavailable) as error:
        shop.missing(f"a check of tracehop-core for {BOARD}", error)
        return []
    return [f"a no_std crate that depends on it builds for {BOARD}"]
