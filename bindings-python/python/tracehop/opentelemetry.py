"""OpenTelemetry reads and writes Sentry's headers: ``OTEL_PROPAGATORS=tracehop``, beside others or alone.

Ids are OpenTelemetry's own. Decision and sampling context stand in the context that ``extract`` gives and in the trace
state of its span, which every span beneath it inherits: so it does not matter whether that context is attached or only
given to the span that is started.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context, get_value, set_value
from opentelemetry.propagators.textmap import (
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)

from . import _given
from ._tracehop import (
    HEADER_NAMES,
    Propagator,
    TraceContext,
    _feed,  # pyright: ignore[reportPrivateUsage]
)

_KEY = "tracehop.context"


class _TraceState(trace.TraceState):
    """The trace state of a remote span, with the context that was read; it writes no entry of its own."""

    def __init__(self, carried: TraceContext, entries: trace.TraceState) -> None:
        super().__init__(list(entries.items()))
        self.carried = carried


class TracehopPropagator(TextMapPropagator):
    """A text map propagator over a :class:`tracehop.Propagator`.

    Without one it takes what Sentry's SDKs take from the environment: ``SENTRY_DSN``, ``SENTRY_RELEASE`` and
    ``SENTRY_ENVIRONMENT``.
    """

    def __init__(self, propagator: Propagator | None = None) -> None:
        self._propagator = _given.propagator(propagator) if propagator is not None else _of_environment()

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Getter[Any] = default_getter
    ) -> Context:
        """The context with the remote span that the carrier names; unchanged where it names none."""
        context = Context() if context is None else context
        found = {name: getter.get(carrier, name) for name in HEADER_NAMES}
        carried = self._propagator.continue_trace({name: lines for name, lines in found.items() if lines})
        if carried.parent_span_id is None:
            return context
        is_out, trace_id = carried.sampled is False, int(carried.trace_id, 16)
        before = trace.get_current_span(context).get_span_context()
        span = trace.SpanContext(
            trace_id=trace_id,
            span_id=int(carried.parent_span_id, 16),
            is_remote=True,
            # OpenTelemetry knows no deferred decision; what nobody decided against goes on.
            trace_flags=trace.TraceFlags(trace.TraceFlags.DEFAULT if is_out else trace.TraceFlags.SAMPLED),
            # What another propagator has read of the same trace stays.
            trace_state=_TraceState(carried, before.trace_state if before.trace_id == trace_id else trace.TraceState()),
        )
        return trace.set_span_in_context(trace.NonRecordingSpan(span), set_value(_KEY, carried, context))

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        """Adds the headers of the current span; baggage that is in the carrier already stays."""
        span = trace.get_current_span(context).get_span_context()
        if not span.is_valid:
            return
        # A sampler of another make may give its spans a trace state of its own.
        carried = getattr(span.trace_state, "carried", None) or get_value(_KEY, context)
        outgoing = self._of_span(span, carried)
        for name, value in outgoing.headers(_existing(carrier)).items():
            setter.set(carrier, name, value)

    @property
    def fields(self) -> set[str]:
        """The names that inject may set."""
        return set(HEADER_NAMES)

    def _of_span(self, span: trace.SpanContext, carried: object) -> TraceContext:
        """The carried trace at this span, or one that starts with it; ids are laid before the random ones."""
        trace_id, span_id = span.trace_id.to_bytes(16, "big"), span.span_id.to_bytes(8, "big")
        if not isinstance(carried, TraceContext) or int(carried.trace_id, 16) != span.trace_id:
            _feed(trace_id + span_id)
            return self._propagator.start_trace(sampled=span.trace_flags.sampled)
        _feed(span_id)
        child = carried.child()
        return child if child.sampled is not None else child.sample(span.trace_flags.sampled)


def _existing(carrier: object) -> Any:
    """What a request carries already; None where only its setter knows how it is written."""
    return carrier if isinstance(carrier, MutableMapping) else None  # pyright: ignore[reportUnknownVariableType]


def _of_environment() -> Propagator:
    dsn, release, environment = (os.environ.get(f"SENTRY_{name}") for name in ("DSN", "RELEASE", "ENVIRONMENT"))
    return Propagator(dsn=dsn, release=release, environment=environment)
