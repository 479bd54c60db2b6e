"""What shows which headers arrived: an echo application, or the meta tags of a page."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._tracehop import Propagator, TraceContext
from ..echo import KEY
from .http1 import Answer
from .verdict import Values

READER = Propagator()
"""Reads pages without any condition: no organisation of its own, no rate."""


class Echo(NamedTuple):
    """What an echo application says: a text that no other answer has, and the trace headers that reached it."""

    id: str
    headers: Values


def echo(answer: Answer) -> Echo | None:
    """The answer of an echo application; None if it is something else."""
    try:
        told: dict[str, Any] = json.loads(answer.body)[KEY]
        return Echo(str(told["id"]), {str(name): [str(line) for line in lines] for name, lines in told["headers"].items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def is_echo(answer: Answer) -> bool:
    """True if an echo application answered, whatever the method."""
    return answer.header(KEY) is not None


def page(answer: Answer) -> TraceContext | None:
    """The trace of a page's meta tags; None if it has none."""
    context = READER.continue_html(answer.body)
    # The ids of a new trace are random: only one that was read is the same twice.
    return context if READER.continue_html(answer.body).trace_id == context.trace_id else None
