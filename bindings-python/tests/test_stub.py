"""The stub matches the running module: every name, signature and first sentence."""

from __future__ import annotations

import ast
import doctest
import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_docs import page_blocks, readme_blocks, stub_examples

import tracehop
from tracehop import _tracehop

PACKAGE = Path(tracehop.__file__).parent
STUB = ast.parse((PACKAGE / "_tracehop.pyi").read_text())


def documented() -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    """Yields every public class, function and method of the stub, by its dotted name."""
    for node in STUB.body:
        is_typing_only = any(ast.unparse(decorator) == "type_check_only" for decorator in getattr(node, "decorator_list", ()))
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) or is_typing_only:
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            methods = (child for child in node.body if isinstance(child, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", method) for method in methods if not method.name.startswith("__"))


def running(name: str) -> Any:
    found: Any = _tracehop
    for part in name.split("."):
        found = inspect.getattr_static(found, part) if inspect.isclass(found) else getattr(found, part)
    return found.__func__ if isinstance(found, (classmethod, staticmethod)) else found


@pytest.mark.parametrize(("name", "node"), list(documented()), ids=lambda value: value if isinstance(value, str) else "")
def test_help_and_stub_begin_with_the_same_words(name: str, node: ast.ClassDef | ast.FunctionDef) -> None:
    in_stub, at_run_time = ast.get_docstring(node), inspect.getdoc(running(name))
    assert in_stub and at_run_time, "every public item has its docs in the stub and at run time"
    assert paragraphs(in_stub)[: len(paragraphs(at_run_time))] == paragraphs(at_run_time)


def test_help_lists_every_option() -> None:
    for option in inspect.signature(tracehop.Propagator).parameters:
        assert f"``{option}``" in (tracehop.Propagator.__doc__ or ""), option


def paragraphs(doc: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in inspect.cleandoc(doc).split("\n\n")]


def test_mypys_stubtest_finds_no_difference() -> None:
    run("mypy.stubtest", "tracehop", "--concise")


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each program of the README and the documentation, and each example of the docstrings, as a module of a package."""
    folder = tmp_path_factory.mktemp("path") / "examples"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for number, block in enumerate(readme_blocks()):
        (folder / f"readme_{number}.py").write_text(block)
    for number, block in enumerate(page_blocks()):
        # Packages without types.
        header = "# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false\n"
        (folder / f"page_{number}.py").write_text(header + block)
    for name, doc in [("tracehop", tracehop.__doc__), ("use", tracehop.use.__doc__), *stub_examples()]:
        # An example's last expression is used: its value is shown.
        header = "# pyright: reportUnusedExpression=false\n"
        (folder / f"docs_{name}.py").write_text(header + doctest.script_from_examples(doc or ""))
    return folder


def test_mypy_strict_passes_on_package_and_examples(examples: Path) -> None:
    run("mypy", "--strict", "-p", "tracehop", "-p", "examples", MYPYPATH=str(examples.parent))


def test_pyright_strict_passes_and_every_public_type_is_complete(examples: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("pyright runs on Node.js, which is not installed")
    answer = run("pyright", "--outputjson", "--verifytypes", "tracehop", "--ignoreexternal", check=False)
    completeness = json.loads(answer)["typeCompleteness"]
    assert completeness["completenessScore"] == 1, completeness
    assert completeness["exportedSymbolCounts"]["withUnknownType"] == 0
    run("pyright", str(PACKAGE), str(examples))


def run(module: str, *arguments: str, check: bool = True, **variables: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    # Pyright takes the packages of the first python on PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = os.environ | {"PATH": path} | variables
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], env=environ)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout
