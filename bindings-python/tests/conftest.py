"""Prints how many vectors there are, so that the counts of the four runners can be compared."""

from __future__ import annotations

import pytest
from notation import records


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"vectors: {sum(1 for _ in records())}")
