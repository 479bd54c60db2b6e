"""Checks that files, headings, tests, rules and findings in the documents exist."""

import json
import re

import pytest
from documents import DOCUMENTS, PAGES, README, ROOT, anchor, blocks, links, prose, rows, section

# C99 and C11 are languages.
RULE = re.compile(r"\b(?!C99|C11)([SBDPCOHLKIF]\d{1,2})\b")
RULES = ROOT / "docs/rules.md"
NAMED = [(document, link) for document in DOCUMENTS for link in links(document) if "://" not in link]


def headings(text: str) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize(("document", "link"), NAMED, ids=[f"{d.name}:{link}" for d, link in NAMED])
def test_link_target_exists(document, link):
    path, _, heading = link.partition("#")
    target = (document.parent / path) if path else document
    assert target.exists()
    assert not heading or heading in headings(target.read_text())


@pytest.mark.parametrize("row", rows(section(README, "## Guarantees")), ids=lambda row: row[0][:60])
def test_guarantee_names_an_existing_test(row):
    files = re.findall(r"\]\(([^)]+)\)", row[-1])
    names = re.findall(r"(?<!\[)`([^`]+)`(?!\])", row[-1])
    assert files and names, "a guarantee names a file and a test in it"
    text = "".join((ROOT / file).read_text() for file in files)
    assert [name for name in names if name not in text] == []


def test_map_names_every_folder():
    named = {re.search(r"\]\(([^)]+)\)", row[0])[1].split("/")[0] for row in rows(section(README, "## Map"))}
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert there - {"target"} <= named


def defined_rules() -> set[str]:
    return set(re.findall(r"^- ([A-Z]\d+) ", RULES.read_text(), re.MULTILINE)) | {"F"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_document_cites_rules_that_exist(document):
    assert set(RULE.findall(prose(document))) <= defined_rules()


def test_vectors_cite_rules_that_exist():
    vectors = (json.loads(file.read_text()) for file in sorted((ROOT / "core/vectors").glob("*.json")))
    cited = {rule for file in vectors if "vectors" in file for vector in file["vectors"] for rule in vector["rules"]}
    assert cited <= defined_rules()


def test_rules_list_the_findings_of_the_table():
    table = re.findall(r'^    \d+ \w+ "(\w+)", "', (ROOT / "core/src/finding.rs").read_text(), re.MULTILINE)
    listed = re.search(r"The codes: (.*?)\. A number", " ".join(RULES.read_text().split()))[1]
    assert listed.split(", ") == table


def test_blocks_that_no_test_runs_are_no_programs():
    """The blocks of the README and the pages run; the other documents have only commands and texts."""
    others = [document for document in DOCUMENTS[1:] if document not in PAGES]
    assert {block.language for document in others for block in blocks(document)} <= {"sh", "text", "json", "rust"}


def test_the_reference_has_every_public_module_of_python():
    listed = set(re.findall(r"^::: tracehop\.(\w+)$", (ROOT / "docs/reference/python.md").read_text(), re.MULTILINE))
    modules = {path.stem for path in (ROOT / "bindings-python/python/tracehop").glob("*.py") if not path.stem.startswith("_")}
    assert listed == modules - {"cli"}
