"""The source gem with its crates inside, and one precompiled gem for each platform, with an extension for each Ruby."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import musl
import records
from c_library import glibc_of
from foreign import System
from workshop import Failed, Unavailable, Workshop

TRACE = "771a43a4192642f0b136d5159a501700"
HOP = (f"require 'tracehop'; context = Tracehop::Propagator.new.continue_trace({{'sentry-trace' => '{TRACE}-1234567890abcdef-1'}}); "
       f"abort unless context.trace_id == '{TRACE}'")
PACKAGES = "ruby,ruby-dev,ruby-minitest"


@dataclass(frozen=True)
class Platform:
    """A platform of RubyGems, its target triple, and Debian's name of the machine."""

    name: str
    triple: str
    machine: str
    # Debian has no Ruby for musl: the headers are those of Ruby for glibc, and only musl's loader checks the result.
    is_musl: bool = False


PLATFORMS = (
    Platform("x86_64-linux", "x86_64-unknown-linux-gnu", "amd64"),
    Platform("aarch64-linux", "aarch64-unknown-linux-gnu", "arm64"),
    Platform("x86_64-linux-musl", "x86_64-unknown-linux-musl", "amd64", is_musl=True),
)
# Debian 12 and the next Debian, with the minor versions of their Rubies: an extension works with one minor version.
RUBIES = {"bookworm": "3.1", "trixie": "3.3"}


def build(shop: Workshop) -> None:
    """Builds the source gem, installs it without a network, and packs a precompiled gem for each platform."""
    source = build_source(shop)
    for platform in PLATFORMS:
        try:
            compiled(shop, source, platform)
        except (Unavailable, Failed) as reason:
            shop.missing(f"the gem for {platform.name}", reason)


def build_source(shop: Workshop) -> Path:
    """Builds the source gem, and installs it without a network."""
    folder, home = shop.fresh("ruby/source"), shop.fresh("ruby/home")
    shop.run("tools/build.sh", "ruby", folder)
    source = Path(shutil.copy(next(folder.glob("*.gem")), shop.out))
    # Cargo's home has no registry, so the gem's own crates are used.
    env = {"GEM_HOME": str(home), "CARGO_HOME": str(shop.fresh("ruby/cargo-home"))}
    checked = []
    if shop.checks:
        shop.run("unshare", "--net", "gem", "install", "--local", "--no-document", source, cwd=shop.work, env=env)
        shop.run("ruby", "-e", HOP, cwd=shop.work, env={"GEM_HOME": str(home)})
        checked = ["built and installed without a network, and a hop in it"]
    shop.made(source, "any system with Rust 1.89 and Ruby 3.1", checked)
    return source


def compiled(shop: Workshop, source: Path, platform: Platform) -> None:
    """Builds the gem of a platform, with an extension for each available Ruby."""
    shop.rust_target(platform.triple)
    parts, systems = {}, {}
    for suite, minor in RUBIES.items():
        try:
            systems[minor] = System(shop, suite, platform.machine, PACKAGES)
            parts[minor] = extension(shop, platform, minor, systems[minor])
        except (Unavailable, Failed) as reason:
            shop.missing(f"Ruby {minor} in the gem for {platform.name}", reason)
    if not parts:
        raise Unavailable("there is no Ruby to compile it for")
    out = shop.fresh(f"ruby/{platform.name}/gem")
    named = [f"{minor}={path}" for minor, path in parts.items()]
    shop.run("ruby", "bindings-ruby/platform.rb", source, out, platform.name, *named, *records.enclosed(shop))
    gem = Path(shutil.copy(next(out.glob("*.gem")), shop.out))
    if platform.is_musl:
        checked = sorted({word for part in parts.values() for word in musl.loaded(shop, part, ("rb_", "ruby_"), "Init_tracehop_ruby")})
    else:
        checked = [word for minor in parts for word in check(shop, platform, minor, systems[minor], gem)]
    shop.made(gem, f"{platform.name}, Ruby {' and '.join(parts)}{glibc_of(next(iter(parts.values())))}", checked)


def extension(shop: Workshop, platform: Platform, minor: str, system: System) -> Path:
    """Compiles the extension for a Ruby with its headers and rbconfig.rb, which the wrapper prints as that Ruby does."""
    config = next(system.folder.glob(f"usr/lib/*/ruby/{minor}.0/rbconfig.rb"), None)
    if not config:
        raise Unavailable(f"Debian {system.suite} has no Ruby {minor}")
    out = shop.fresh(f"ruby/{platform.name}/{minor}")
    ruby = out / "ruby"
    ruby.write_text(
        "#!/bin/sh\n# rbconfig.rb refuses another Ruby than its own, by the constant's name.\n"
        f"exec ruby --disable-gems -e 'module RbConfig; RUBY_VERSION = \"{minor}.0\"; end; load \"{config}\"; "
        'print RbConfig::CONFIG.map { |pair| pair.join("\\x1F") }.join("\\x1E")\'\n')
    ruby.chmod(0o755)
    shop.run("tools/build.sh", "extension", out, env={"TARGET": platform.triple, "RUBY": str(ruby)})
    return out / "tracehop_ruby.so"


def check(shop: Workshop, platform: Platform, minor: str, system: System, gem: Path) -> list[str]:
    """Installs the gem with that Ruby in a clean GEM_HOME, without Rust and compiler, and runs the suite's vectors."""
    if not shop.checks:
        return []
    home, suite = shop.fresh(f"ruby/{platform.name}/home-{minor}"), shop.suite()
    env, folders = {"GEM_HOME": str(home)}, [suite, shop.work, shop.out]
    ruby = f"/usr/bin/ruby{minor}"
    system.run(ruby, "-S", f"gem{minor}", "install", "--local", "--no-document", gem, env=env, cwd=shop.work, binds=folders)
    system.run(ruby, "-w", "test/test_vectors.rb", env=env, cwd=suite / "bindings-ruby", binds=folders)
    where = "under qemu" if system.machine == "arm64" else f"in Debian {system.suite}"
    return [f"Ruby {minor} {where}: installed without Rust and compiler, and the suite's vectors"]
