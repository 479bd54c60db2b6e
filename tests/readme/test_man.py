"""The man pages equal the commands' help, render without a warning, and have every option of both packages' commands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT

PAGES = ROOT / "bindings-python/tracehop.data/data/share/man/man1"
COMMAND = Path(sys.executable).with_name("tracehop")
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def text(*command: object, **env: str) -> str:
    done = subprocess.run([*map(str, command)], env=os.environ | env, capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    """Each page as `man` renders it, without hyphenation."""
    show = "man", "--warnings", "--no-hyphenation", "--no-justification", "--local-file"
    return {page.stem: text(*show, page, MANWIDTH="1000", LC_ALL="C.UTF-8", MANPAGER="cat") for page in PAGES.glob("*.1")}


def test_pages_equal_the_commands_help(tmp_path: Path) -> None:
    out = PAGES if "BLESS" in os.environ else tmp_path
    text(ROOT / "tools/docs.sh", "man", COMMAND, out)
    assert {page.name: page.read_text() for page in out.iterdir()} == {page.name: page.read_text() for page in PAGES.iterdir()}


@pytest.mark.parametrize("subcommand", ["", "explain", "doctor"])
def test_every_option_of_the_help_is_in_its_page(rendered: dict[str, str], subcommand: str) -> None:
    options = set(OPTION.findall(text(COMMAND, *subcommand.split(), "--help")))
    page = rendered[f"tracehop-{subcommand}".rstrip("-")]
    assert len(options) > 2
    assert options <= set(OPTION.findall(page))


def test_every_option_of_the_gem_is_in_a_page(rendered: dict[str, str]) -> None:
    gems = os.environ["README_GEM_HOME"]
    options = set(OPTION.findall(text("ruby", "-W0", Path(gems) / "bin/tracehop", "--help", GEM_HOME=gems)))
    assert len(options) > 10
    assert options <= {option for page in rendered.values() for option in OPTION.findall(page)}


def test_the_page_of_the_header_has_every_function() -> None:
    text(ROOT / "tools/docs.sh", "man")
    page = text("man", "--warnings", "--local-file", ROOT / "target/dist/man/tracehop.h.3", MANWIDTH="1000", LC_ALL="C.UTF-8", MANPAGER="cat")
    header = (ROOT / "ffi-c/include/tracehop.h").read_text()
    functions = set(re.findall(r"\b(tracehop_\w+)\(", header[header.index('extern "C" {') :]))
    assert len(functions) > 60
    assert functions <= set(re.findall(r"\btracehop_\w+", page))
