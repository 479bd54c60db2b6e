#!/usr/bin/env python3
"""Fills a template of this folder: `fill.py NAME.in KEY=VALUE...` prints it with each `@KEY@` replaced.

`@VERSION@` is the workspace's version and `@ABI@` the number in the SONAME.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent

def version() -> str:
    """The version in the workspace's manifest."""
    manifest = (HERE.parents[1] / "Cargo.toml").read_text()
    return re.search(r'^version = "(.*)"$', manifest, re.M)[1]


def abi() -> str:
    """The number in the SONAME: before 1.0 a minor version may break programs."""
    major, minor, _ = version().split(".")
    return f"0.{minor}" if major == "0" else major


def fill(template: str, values: dict[str, str]) -> str:
    """The filled template; raises KeyError for a key without a value."""
    return re.sub(r"@(\w+)@", lambda found: values[found[1]], (HERE / template).read_text())


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[2:])
    sys.stdout.write(fill(sys.argv[1], {"VERSION": version(), "ABI": abi(), **given}))
