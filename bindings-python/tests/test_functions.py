"""Samplers and function targets that raise: contained, logged once with the traceback, and named by `explain`."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

import pytest

import tracehop

URL = "https://api.test/"


def failing_sampler(_: Any) -> NoReturn:
    raise ZeroDivisionError("no rate")


def failing_target(_: str) -> NoReturn:
    raise KeyError("hosts")


def other_target(_: str) -> NoReturn:
    raise ValueError("port")


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Returns the message of each record, and the last function of its traceback."""
    formatter = logging.Formatter("%(name)s")
    ends = [formatter.format(record).splitlines()[-2:] for record in caplog.records]
    return [(record.getMessage(), end[1]) for record, end in zip(caplog.records, ends, strict=True)]


def test_a_sampler_that_raises_is_logged_once_and_found_each_time(caplog: pytest.LogCaptureFixture) -> None:
    propagator = tracehop.Propagator(traces_sampler=failing_sampler)
    for _ in range(2):
        assert [finding.code for finding in propagator.start_trace().findings] == ["sampler_failed"]
    ((message, end),) = logged(caplog)
    assert "traces_sampler raised" in message and end == "ZeroDivisionError: no rate"
    assert "in failing_sampler" in (caplog.records[0].exc_text or "") and caplog.records[0].name == "tracehop"


def test_each_target_that_raises_is_logged_once_and_found_each_time(caplog: pytest.LogCaptureFixture) -> None:
    propagator = tracehop.Propagator(trace_propagation_targets=["x", failing_target, other_target])
    for _ in range(2):
        outcome = propagator.inject(propagator.start_trace(), URL, {})
        assert [finding.code for finding in outcome.findings] == ["target_not_allowed", "target_failed"]
    assert [end for _, end in logged(caplog)] == ["KeyError: 'hosts'", "ValueError: port"]
    assert ["trace_propagation_targets[1]", "trace_propagation_targets[2]"] == [message.split()[4] for message, _ in logged(caplog)]


def test_explain_names_each_target_that_raised() -> None:
    propagator = tracehop.Propagator(trace_propagation_targets=[failing_target, other_target, tracehop.Origin(URL)])
    for _ in range(2):
        assert propagator.explain("https://other.test/") == (
            "not allowed: none of the 3 trace_propagation_targets matches the URL; "
            "trace_propagation_targets[0] raised KeyError: 'hosts'; trace_propagation_targets[1] raised ValueError: port"
        )
        assert propagator.explain(URL).startswith("allowed: origin target 3, ")
        assert propagator.explain(URL).endswith("; trace_propagation_targets[1] raised ValueError: port")


def test_log_filter_that_raises_fails_no_request(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_: logging.LogRecord) -> bool:
        raise OSError

    logger = logging.getLogger("tracehop")
    logger.addFilter(refuse)
    try:
        assert not tracehop.Propagator(trace_propagation_targets=[failing_target]).allows(URL)
        assert tracehop.Propagator(traces_sampler=failing_sampler).start_trace().sampled is False
    finally:
        logger.removeFilter(refuse)
    assert not caplog.records


def test_options_are_returned_as_given() -> None:
    propagator = tracehop.Propagator(traces_sampler=failing_sampler, trace_propagation_targets=[failing_target])
    assert propagator.traces_sampler is failing_sampler
    assert propagator.trace_propagation_targets == [failing_target]
