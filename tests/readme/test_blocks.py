"""Every block of the README runs, and prints its stated output."""

import re

import pytest
from documents import README, ROOT, blocks
from runners import HERE, RUNNERS

BLOCKS = blocks(README)
SHOWN = {"sh", "text"}
PREFIX = re.compile(r"PREFIX=\S+")


def commands(text: str) -> list[str]:
    """Returns the commands in a shell text, without comments, pipes and installation prefixes."""
    lines = (re.sub(r"(^|\s)[#|].*", "", line).strip() for line in text.splitlines())
    return [PREFIX.sub("PREFIX=", line) for line in lines if line]


def test_there_is_a_block_for_each_language():
    assert {block.language for block in BLOCKS} == SHOWN | set(RUNNERS)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in RUNNERS], ids=lambda block: block.language)
def test_block_prints_its_stated_output(block):
    assert block.prints, "the block does not state its output"
    HERE.mkdir(parents=True, exist_ok=True)
    for printed in RUNNERS[block.language](block.text):
        assert printed.splitlines() == block.prints


def test_c_block_prints_no_null_if_the_url_is_no_target():
    block = next(block for block in BLOCKS if block.language == "c")
    HERE.mkdir(parents=True, exist_ok=True)
    for printed in RUNNERS["c"](block.text.replace("https://users.myapp.com/me", "https://other.test/")):
        assert printed == "not_a_target: unchanged\n"


def test_the_same_task_prints_the_same():
    first = {block.prints[0] for block in BLOCKS if block.language in RUNNERS}
    assert len(first) == 1


@pytest.mark.parametrize("command", [c for b in BLOCKS if b.language == "sh" for c in commands(b.text)])
def test_command_is_one_that_ci_runs(command):
    assert command in commands((ROOT / ".ci/run").read_text())
