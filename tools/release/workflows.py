#!/usr/bin/env python3
"""Holds that the workflows of .github run make targets that also run here, and that CI there is CI here: workflows.py"""

import re
import sys

import record

# What sets a machine up, before there is a make.
SETUP = ("apt-get update && apt-get install ", "git config --global --add safe.directory ")


def steps(text: str) -> list[str]:
    """The commands of a workflow, in order."""
    return [found.strip() for found in re.findall(r"^\s*(?:- )?run: (.*)$", text, re.M)]


def main() -> None:
    """Fails with the first step that is no make target, or that CI here does not run."""
    makefile = (record.ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (\S+)", makefile, re.M))
    for workflow in sorted((record.ROOT / ".github/workflows").glob("*.yml")):
        for step in steps(workflow.read_text()):
            words = step.split()
            if not step.startswith(SETUP) and (words[0] != "make" or words[1] not in targets):
                sys.exit(f"workflows: {workflow.name} runs what is no make target: {step}")
    there = [step for step in steps((record.ROOT / ".github/workflows/ci.yml").read_text()) if step.startswith("make ")]
    here = [line.split(" | ")[0] for line in (record.ROOT / ".ci/run").read_text().splitlines() if line.startswith("make ")]
    if there != here:
        sys.exit(f"workflows: ci.yml runs {there}, .ci/run runs {here}")
    print(f"workflows: {len(here)} steps of CI, the same here and there")


if __name__ == "__main__":
    main()
