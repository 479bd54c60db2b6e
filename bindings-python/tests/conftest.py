"""Prints the number of vectors, so that the counts of the four runners can be compared; disables hypothesis' deadlines."""

from __future__ import annotations

import hypothesis
import pytest
from notation import carriers, records

# A slow run on a busy machine is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"vectors: {sum(1 for _ in records())}")
    terminalreporter.write_line(f"carriers: {len(carriers())}")
