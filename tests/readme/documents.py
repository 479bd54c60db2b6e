"""Reads the documents: fenced blocks, links, table rows."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = [README, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "core/DESIGN.md")), *PAGES]

FENCE = re.compile(r"^(?:<!-- not run: ([^>]+) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PRINTS = re.compile(r"^\s*(?:#|//|/\*) prints: (.*?)(?: \*/)?$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: the reason why no test runs it (or ""), its language, its text, and its output.

    The output of an `sh` block is the `text` block directly after it; `...` matches any text. Other blocks state it in comments.
    """

    not_run: str
    language: str
    text: str
    output: str = ""

    @property
    def file(self) -> str | None:
        """The name of the file that the reader saves the block as: its first line is a comment with only this name."""
        found = re.match(r"# (\w+\.\w+)\n", self.text)
        return found[1] if found else None

    @property
    def prints(self) -> list[str]:
        return PRINTS.findall(self.text)


def blocks(document: Path) -> list[Block]:
    text = document.read_text()
    found = list(FENCE.finditer(text))
    return [Block(*(group or "" for group in block.groups()), _output(text, block, after)) for block, after in zip(found, [*found[1:], None])]


def _output(text: str, block: re.Match[str], after: re.Match[str] | None) -> str:
    if after is None or (block[2], after[2]) != ("sh", "text") or text[block.end() : after.start()].strip():
        return ""
    return after[3]


def prose(document: Path) -> str:
    """Returns the document without its blocks."""
    return FENCE.sub("", document.read_text())


def links(document: Path) -> list[str]:
    return LINK.findall(prose(document))


def section(document: Path, heading: str) -> str:
    """Returns the text under a heading, up to the next one of its level."""
    level = heading.split()[0]
    found = re.search(rf"^{re.escape(heading)}$\n(.*?)(?=^{level} |\Z)", prose(document), re.MULTILINE | re.DOTALL)
    assert found, f"{document.name} has no heading {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Returns the rows of the tables in a text, without their heads."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    heads = [at for at, row in enumerate(cells) if set(row[0]) <= set("-: ")]
    return [row for at, row in enumerate(cells) if at not in heads and at + 1 not in heads]


def anchor(heading: str) -> str:
    """Returns GitHub's anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
