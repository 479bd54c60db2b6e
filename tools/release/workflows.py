#!/usr/bin/env python3
"""Checks that the workflows of .github run make targets, and that ci.yml runs the steps of .ci/run: workflows.py

The files of .github are also validated with GitHub's schemas, and zizmor audits the workflows by the rules in .github/zizmor.yml.
"""

import re
import subprocess
import sys

import record

# Set-up of a machine that has no make yet.
SETUP = ("apt-get update && apt-get install ", "git config --global --add safe.directory ")

LINTERS = ("check-jsonschema==0.39.0", "zizmor==1.32.0")
SCHEMAS = {"github-workflows": "workflows/*.yml", "github-issue-forms": "ISSUE_TEMPLATE/[!c]*.yml", "github-issue-config": "ISSUE_TEMPLATE/config.yml"}


def lint() -> None:
    """Fails with the findings of the schemas or of zizmor."""
    github, venv = record.ROOT / ".github", record.ROOT / "target/check/workflows"
    installed = venv / "requirements.txt"
    if not installed.exists() or installed.read_text() != "\n".join(LINTERS):
        subprocess.run([record.ROOT / "tools/need.sh", "python3-venv"], check=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *LINTERS], check=True)
        installed.write_text("\n".join(LINTERS))
    for schema, pattern in SCHEMAS.items():
        checked(venv / "bin/check-jsonschema", "--builtin-schema", f"vendor.{schema}", *sorted(github.glob(pattern)))
    checked(venv / "bin/zizmor", "--offline", "--quiet", "--config", github / "zizmor.yml", *sorted(github.glob("workflows/*.yml")))


def checked(*command: object) -> None:
    """Runs a linter; exits with its findings."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"workflows: {done.stdout}{done.stderr}")


def steps(text: str) -> list[str]:
    """Returns the commands of a workflow, in order."""
    return [found.strip() for found in re.findall(r"^\s*(?:- )?run: (.*)$", text, re.M)]


def main() -> None:
    """Fails with the first step that is no make target, or that .ci/run does not run."""
    lint()
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
