"""Observes each row of the tables in docs/servers.md again. BLESS=1 rewrites the rows."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import observe
import pytest
from applications import ASGI_SERVERS, FRAMEWORKS, NODE, NODE_SERVERS, RACK_SERVERS, WSGI_SERVERS, serving
from proxies import HOST, PACKAGES, running
from wire import upstream

DOCUMENT = Path(__file__).parents[2] / "docs" / "servers.md"
DISTRIBUTIONS = {"werkzeug": "Werkzeug"}
DEBIAN = {"puma": "puma", "unicorn": "unicorn", "thin": "thin", "webrick": "ruby-webrick", "passenger": "passenger"}


def debian(package: str) -> str:
    """Returns Debian's version of a package, without its revision."""
    told = subprocess.check_output(["dpkg-query", "-W", "-f=${Version}", package], text=True)
    return re.sub(r"^\d+:|[-+].*$", "", told)


def python_version(name: str) -> str:
    base, _, parser = name.replace(")", "").partition(" (")
    base = base.partition(" ")[0]
    if base == "wsgiref":
        return f"of Python {sys.version_info.major}.{sys.version_info.minor}"
    found = importlib.metadata.version(DISTRIBUTIONS.get(base, base))
    if parser == "nginx":
        return f"{found}, nginx {debian('nginx')}"
    return f"{found}, {parser} {importlib.metadata.version(parser)}" if parser in ("h11", "httptools") else found


def proxy_row(name: str, folder: Path) -> list[str]:
    with upstream() as behind, running(name, folder, behind.port) as address:
        own = folder / "http2.port"
        http2 = f"http://{HOST}:{own.read_text()}" if own.exists() else address
        return [f"{name} {debian(PACKAGES[name])}", *observe.proxy(address, behind, http2)]


def python_row(name: str, folder: Path) -> list[str]:
    with serving(name, folder) as address:
        return [f"{name} {python_version(name)}", *observe.application(address)]


def ruby_row(name: str, folder: Path) -> list[str]:
    with serving(name, folder) as address:
        return [f"{name} {debian(DEBIAN[name])}", *observe.application(address)]


def node_row(name: str, folder: Path) -> list[str]:
    with serving(name, folder) as address:
        return [f"{name} {node_version(name)}", *observe.application(address)]


def node_version(name: str) -> str:
    if name == "http":
        return "of Node " + subprocess.check_output(["node", "--version"], text=True).strip().removeprefix("v")
    manifest: dict[str, str] = json.loads((NODE / "node_modules" / name / "package.json").read_text())
    return manifest["version"]


TABLES: dict[str, tuple[Callable[[str, Path], list[str]], tuple[str, ...]]] = {
    "proxies": (proxy_row, tuple(PACKAGES)),
    "wsgi": (python_row, WSGI_SERVERS),
    "asgi": (python_row, ASGI_SERVERS),
    "rack": (ruby_row, RACK_SERVERS),
    "node": (node_row, NODE_SERVERS),
    "frameworks": (python_row, FRAMEWORKS),
}


ROWS = [(table, name) for table, (_, names) in TABLES.items() for name in names]


@pytest.mark.parametrize(("table", "name"), ROWS, ids=[f"{table}-{name}" for table, name in ROWS])
def test_the_row_of(table: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        observed = f"| {' | '.join(TABLES[table][0](name, Path(folder)))} |"
    text = DOCUMENT.read_text()
    before, mark, after = text.partition(f"<!-- {table} -->\n")
    assert mark, f"{DOCUMENT.name} has no table {table}"
    lines = after.split("\n\n")[0].splitlines()
    written = next((line for line in lines if line.startswith(f"| {name} ")), None)
    if os.environ.get("BLESS") == "1" and written != observed:
        body = [line for line in lines if line != written] + [observed] if written is None else [observed if line == written else line for line in lines]
        DOCUMENT.write_text(before + mark + after.replace("\n".join(lines), "\n".join(body), 1))
        return
    assert written == observed
