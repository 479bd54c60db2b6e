"""The conformance tarball is reproducible, and its runners and adapters give the results of the page in docs."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from documents import ROOT

sys.path.append(str(ROOT / "tools/release"))
import conformance
from workshop import Workshop

PAGE = ROOT / "docs/conformance.md"
NODE = Path(os.environ["README_GEM_HOME"]) / "node"
MARKS = "<!-- results -->\n", "<!-- end -->\n"
COMMANDS = {
    "tracehop.py": [sys.executable, "-W", "ignore", "run.py"],
    "tracehop.rb": ["ruby", "-W0", "run.rb"],
    "sentry_sdk.py": [sys.executable, "-W", "ignore", "run.py"],
    "sentry_core.mjs": ["node", "run.mjs"],
}
Counts = dict[str, dict[str, int]]
# tracehop's adapter in Python as a program.
PROGRAM = """#!{python} -Wignore
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("adapter", {adapter!r})
adapter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(adapter)
for line in sys.stdin:
    question = json.loads(line)
    act = getattr(adapter, question["verb"], None)
    said = adapter.SUBJECT if question["verb"] == "subject" else act and act(question["given"])
    print(json.dumps(said), flush=True)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked tarball; two builds of it are byte-identical."""
    shops = [Workshop(folder / "work", folder) for folder in (tmp_path_factory.mktemp("conformance") for _ in range(2))]
    for shop in shops:
        shop.source = ROOT
    first, second = (conformance.pack(shop) for shop in shops)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as tarball:
        tarball.extractall(shops[0].out)
    return first.with_name(first.name.removesuffix(".tar.gz"))


def run(folder: Path, adapter: str) -> tuple[str, Counts]:
    """Returns the subject and the counts of each file; runs in a folder in which Node finds the packages."""
    language, *options = COMMANDS[adapter]
    command = [language, *options[:-1], folder / options[-1], folder / "adapters" / adapter, "--json"]
    env = os.environ | {"GEM_HOME": os.environ["README_GEM_HOME"]}
    done = subprocess.run(command, cwd=NODE, env=env, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    return said["subject"], said["files"]


def test_tracehop_passes_in_both_languages_alike(unpacked: Path) -> None:
    _, python = run(unpacked, "tracehop.py")
    _, ruby = run(unpacked, "tracehop.rb")
    assert python == ruby
    assert sum(count["failed"] for count in python.values()) == 0
    assert sum(count["passed"] for count in python.values()) > 700


def test_program_and_module_adapters_agree(unpacked: Path) -> None:
    program = unpacked / "program"
    program.write_text(PROGRAM.format(python=sys.executable, adapter=str(unpacked / "adapters/tracehop.py")))
    program.chmod(0o755)
    done = subprocess.run([sys.executable, unpacked / "run.py", program, "--json"], capture_output=True, text=True, check=True)
    subject, counts = run(unpacked, "tracehop.py")
    assert json.loads(done.stdout) == {"subject": subject, "files": counts}


def test_another_expectation_fails(unpacked: Path) -> None:
    file = unpacked / "vectors/core/sentry_trace_parse.json"
    kept = file.read_text()
    file.write_text(kept.replace('"sampled": true', '"sampled": false'))
    try:
        for adapter in ("tracehop.py", "tracehop.rb"):
            assert run(unpacked, adapter)[1]["sentry_trace_parse"]["failed"] > 10
    finally:
        file.write_text(kept)


@pytest.mark.parametrize("adapter", ["sentry_sdk.py", "sentry_core.mjs"])
def test_the_page_has_the_results_of_an_sdk(unpacked: Path, adapter: str) -> None:
    """`BLESS=1 tools/test.sh readme test_conformance.py` updates them after vectors or an SDK's release changed."""
    subject, counts = run(unpacked, adapter)
    before, rest = PAGE.read_text().split(MARKS[0])
    table, after = rest.split(MARKS[1])
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
    column = lines[0].index(subject)
    for line in lines[2:]:
        line[column] = cell(counts[line[0]])
    fresh = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    if "BLESS" in os.environ:
        PAGE.write_text(f"{before}{MARKS[0]}{fresh}{MARKS[1]}{after}")
    else:
        assert fresh == table, "update the table with BLESS=1"
    assert {name for name, count in counts.items() if cell(count)} <= {line[0] for line in lines[2:]}


def cell(count: dict[str, int]) -> str:
    total = count["passed"] + count["failed"]
    return f"{count['passed']} of {total}" if total else ""
