"""Every client of a queue in the recipes, with its broker: the cases are in queue_cases.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).with_name("queue_cases.py")


def test_a_message_of_every_queue_carries_the_trace() -> None:
    # The clients' own warnings are ignored.
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "filterwarnings=", "-o", "addopts=", CASES.name]
    done = subprocess.run(command, cwd=CASES.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    cases = len(re.findall("^def test_", CASES.read_text(), re.MULTILINE))
    assert f"{cases} passed" in done.stdout
