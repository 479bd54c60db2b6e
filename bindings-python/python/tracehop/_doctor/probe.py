"""What is sent: each probe carries a trace of its own, so that an answer to another one is recognised."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import NamedTuple

from .._tracehop import HEADER_NAMES, Propagator, TraceContext
from .http1 import Lines

SENTRY_TRACE, BAGGAGE = HEADER_NAMES[:2]
THIRD_PARTY = "tracehop-doctor"


class Probe(NamedTuple):
    """A request's trace headers, and the context that they carry."""

    check: str
    context: TraceContext
    lines: Lines


def one_line(propagator: Propagator) -> Probe:
    """A third-party member and Sentry's in one line of baggage, as services send them."""
    context = _trace(propagator)
    return Probe("one_line", context, list(context.headers({BAGGAGE: f"{THIRD_PARTY}=1"}).items()))


def two_lines(propagator: Propagator) -> Iterator[Probe]:
    """The same in two lines, in both orders: some servers keep the first line only, others the last."""
    for check, is_first in (("two_lines", False), ("two_lines_sentry_first", True)):
        context = _trace(propagator)
        ours = list(context.headers().items())
        baggage = [line for line in ours if line[0] == BAGGAGE]
        others = [line for line in ours if line[0] != BAGGAGE]
        third_party = [(BAGGAGE, f"{THIRD_PARTY}=1")]
        yield Probe(check, context, others + (baggage + third_party if is_first else third_party + baggage))


def spelling(propagator: Propagator) -> tuple[Probe, str]:
    """Another trace under the name with an underscore, before the trace itself; and that other trace's value."""
    one = one_line(propagator)
    other = propagator.start_trace().sentry_trace
    return one._replace(check="underscore_name", lines=[(SENTRY_TRACE.replace("-", "_"), other), *one.lines]), other


def sized(propagator: Propagator, size: int) -> Probe:
    """A third-party member that makes the value of baggage so many bytes long."""
    context = _trace(propagator)
    start = f"{THIRD_PARTY}="
    filled = start + "x" * (size - len(start))
    return Probe(f"baggage_{size}_bytes", context, [(SENTRY_TRACE, context.sentry_trace), (BAGGAGE, filled)])


def _trace(propagator: Propagator) -> TraceContext:
    """A trace whose sampling context no application can invent."""
    return propagator.start_trace(transaction=f"{THIRD_PARTY} {secrets.token_hex(8)}")
