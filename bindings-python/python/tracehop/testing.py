"""For the tests of an application: the same ids in each run, and a function that returns a request's trace.

As a pytest fixture, in ``conftest.py``::

    import pytest
    import tracehop.testing

    @pytest.fixture
    def trace():
        with tracehop.testing.trace() as context:
            yield context
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from ._current import use
from ._tracehop import Propagator, SentryTrace, TraceContext

TRACE_ID = "771a43a4192642f0b136d5159a501700"
"""The trace id of :func:`trace`, in each run."""

SPAN_ID = "1234567890abcdef"
"""The span id of :func:`trace`, in each run."""


@contextmanager
def trace(sampled: bool | None = True, **options: Any) -> Generator[TraceContext, None, None]:
    """Makes a context with fixed ids the current one; ``options`` are those of its propagator.

    >>> import tracehop.testing
    >>> with tracehop.testing.trace(release="shop@1") as context:
    ...     context.trace_id, context.span_id, context.dynamic_sampling_context["release"]
    ('771a43a4192642f0b136d5159a501700', '1234567890abcdef', 'shop@1')
    """
    with use(fixed(Propagator(**options), sampled)) as context:
        assert context is not None
        yield context


def fixed(propagator: Propagator, sampled: bool | None = None) -> TraceContext:
    """Returns a context of this service, head of its trace, with the same ids and random number in each run."""
    head = propagator.start_trace(trace_id=TRACE_ID, sampled=sampled).headers()
    position = SentryTrace.parse(head[_first(head)])
    flag = {True: "-1", False: "-0", None: ""}[position.sampled]
    adopted = propagator.adopt({**head, _first(head): f"{position.trace_id}-{SPAN_ID}{flag}"})
    assert adopted is not None
    return adopted


def _first(headers: Mapping[str, str]) -> str:
    return next(iter(headers))


def carried(headers: Any) -> tuple[str, str | None, bool | None] | None:
    """Returns the trace id, span id and decision in a message's headers; None if they contain no valid trace.

    ``headers`` is what :meth:`tracehop.Propagator.continue_trace` takes.

    >>> import tracehop.testing
    >>> with tracehop.testing.trace() as context:
    ...     tracehop.testing.carried(context.headers())
    ('771a43a4192642f0b136d5159a501700', '1234567890abcdef', True)
    """
    adopted = Propagator(propagate_traceparent=True).adopt(headers)
    return None if adopted is None else (adopted.trace_id, adopted.span_id, adopted.sampled)
