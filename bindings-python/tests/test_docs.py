"""Every example in the docs runs: the package's docstrings, the stub, and the README."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tracehop

PACKAGE = Path(tracehop.__file__).parent
README = Path(__file__).parents[1] / "README.md"
MODULES = [f"tracehop.{module.name}" for module in pkgutil.iter_modules(tracehop.__path__) if module.name != "__main__"]


def stub_examples() -> list[tuple[str, str]]:
    tree = ast.parse((PACKAGE / "_tracehop.pyi").read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    return [(node.name, doc) for node in nodes if (doc := ast.get_docstring(node)) and ">>>" in doc]


def readme_blocks() -> list[str]:
    return blocks(README)


def page_blocks() -> list[str]:
    """Returns the documentation's programs, except those of frameworks and queues, which have few types.

    A block that begins with the name of its file may import another one.
    """
    pages = [page for page in sorted((README.parents[1] / "docs").glob("*.md")) if page.name != "queues.md"]
    return [block for page in pages for block in blocks(page) if not re.match(r"# \w+\.py\n", block)]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["tracehop", *MODULES])
def test_examples_of_a_module(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize(("name", "doc"), stub_examples())
def test_examples_of_the_stub(name: str, doc: str) -> None:
    test = doctest.DocTestParser().get_doctest(doc, {}, name, "_tracehop.pyi", 0)
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("block", readme_blocks())
def test_blocks_of_the_readme(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_python_m_tracehop_prints_the_version_and_how_to_get_help() -> None:
    done = subprocess.run([sys.executable, "-m", "tracehop"], capture_output=True, text=True, check=True)
    assert tracehop.__version__ in done.stdout and "help" in done.stdout.lower()


def test_everything_public_is_in_all_and_has_docs() -> None:
    assert sorted(tracehop.__all__) == tracehop.__all__ or set(tracehop.__all__) == set(dir(tracehop)) & set(tracehop.__all__)
    for name in tracehop.__all__:
        assert getattr(tracehop, name).__doc__, name
