"""The source gem with its crates inside, and the gem that is compiled for this platform."""

import os
import shutil
from pathlib import Path

from c_library import glibc_of
from workshop import Workshop

HOP = ("require 'tracehop'; context = Tracehop::Propagator.new.continue_trace({'sentry-trace' => "
       "'771a43a4192642f0b136d5159a501700-1234567890abcdef-1'}); abort unless context.trace_id == '771a43a4192642f0b136d5159a501700'")
# Ruby's compiled parts for these cannot be built here, and why.
ELSEWHERE = {
    "aarch64-linux": "rb-sys reads the headers and rbconfig of a Ruby for that system, which is not set up here",
    "x86_64-linux-musl": "rb-sys reads the headers and rbconfig of a Ruby for musl, which Debian does not have",
}


def build(shop: Workshop) -> None:
    """Builds the source gem, compiles it without a network, and packs what was compiled."""
    folder, home = shop.fresh("ruby/source"), shop.fresh("ruby/home")
    shop.run("tools/build.sh", "ruby", folder)
    source = Path(shutil.copy(next(folder.glob("*.gem")), shop.out))
    # Cargo finds no registry in its home: the crates are those of the gem.
    env = {"GEM_HOME": str(home), "CARGO_HOME": str(shop.fresh("ruby/cargo-home"))}
    shop.run("unshare", "--net", "gem", "install", "--local", "--no-document", source, cwd=shop.work, env=env)
    shop.run("ruby", "-e", HOP, cwd=shop.work, env={"GEM_HOME": str(home)})
    shop.made(source, "any system with Rust 1.89 and Ruby 3.1", ["built and installed without a network, and a hop in it"])
    compiled(shop, home)
    for platform, reason in ELSEWHERE.items():
        shop.missing(f"the gem for {platform}", reason)


def compiled(shop: Workshop, home: Path) -> None:
    """The platform gem, installed in a clean GEM_HOME by a PATH without Rust and compiler, where it runs the suite's vectors."""
    out = shop.fresh("ruby/platform")
    shop.run("ruby", "bindings-ruby/platform.rb", home, out)
    gem = Path(shutil.copy(next(out.glob("*.gem")), shop.out))
    programs = shop.fresh("ruby/bin")
    for name in ("ruby", "gem", "sh", "make", "env"):
        (programs / name).symlink_to(shutil.which(name))
    clean = {"PATH": str(programs), "HOME": str(shop.work), "GEM_HOME": str(shop.fresh("ruby/clean"))}
    shop.captured("gem", "install", "--local", "--no-document", gem, cwd=shop.work, env=clean)
    shop.captured("ruby", "-w", "test/test_vectors.rb", cwd=shop.suite() / "bindings-ruby", env=dict(os.environ) | {"GEM_HOME": clean["GEM_HOME"]})
    library = next((shop.work / "ruby/clean").rglob("tracehop_ruby.so"))
    ruby = shop.captured("ruby", "-e", "print RUBY_VERSION[/\\d+\\.\\d+/]")
    shop.made(gem, f"x86_64-linux, Ruby {ruby}{glibc_of(library)}", ["installed without Rust and compiler, and the suite's vectors"])
