"""OpenTelemetry reads and writes Sentry's headers: ``OTEL_PROPAGATORS=tracehop``, alone or with others, in any order.

Within a span :func:`tracehop.current` is that span, and tracehop's middlewares start no context. Ids are OpenTelemetry's.
Decision and DSC are in the context that ``extract`` returns and in the trace state of its span, which every child span
inherits: so it does not matter whether that context is attached or only passed to the span that is started.
"""

from __future__ import annotations

import functools
from collections.abc import MutableMapping
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context, get_value, set_value
from opentelemetry.propagators.textmap import (
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)

from . import _given
from ._current import RECORDERS, Recorder
from ._environment import from_env
from ._tracehop import (
    HEADER_NAMES,
    Propagator,
    TraceContext,
    _feed,  # pyright: ignore[reportPrivateUsage]
)

_KEY = "tracehop.context"
_SENTRY_TRACE, _BAGGAGE = HEADER_NAMES[:2]


class _TraceState(trace.TraceState):
    """The trace state of a remote span, with the context that was read; it adds no entry."""

    def __init__(self, carried: TraceContext, entries: trace.TraceState) -> None:
        super().__init__(list(entries.items()))
        self.carried = carried


class TracehopPropagator(TextMapPropagator):
    """A text map propagator over a :class:`tracehop.Propagator`.

    Without one it reads the variables of Sentry's SDKs: ``SENTRY_DSN``, ``SENTRY_RELEASE`` and
    ``SENTRY_ENVIRONMENT``.
    """

    def __init__(self, propagator: Propagator | None = None) -> None:
        self._propagator = _given.propagator(propagator) if propagator is not None else _of_environment()
        _set_up(self)

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Getter[Any] = default_getter
    ) -> Context:
        """Returns the context with the remote span of the carrier; unchanged if it has none."""
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
            # OpenTelemetry has no deferred decision; an open one counts as sampled.
            trace_flags=trace.TraceFlags(trace.TraceFlags.DEFAULT if is_out else trace.TraceFlags.SAMPLED),
            # Keeps what another propagator has read of the same trace.
            trace_state=_TraceState(carried, before.trace_state if before.trace_id == trace_id else trace.TraceState()),
        )
        return trace.set_span_in_context(trace.NonRecordingSpan(span), set_value(_KEY, carried, context))

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        """Adds the headers of the current span; baggage that the carrier already has is kept."""
        span = trace.get_current_span(context).get_span_context()
        if not span.is_valid:
            return
        outgoing = self._of_span(span, context)
        for name, value in outgoing.headers(_existing(carrier)).items():
            setter.set(carrier, name, value)

    @property
    def fields(self) -> set[str]:
        """The names that inject may set."""
        return set(HEADER_NAMES)

    def adopted(self, headers: dict[str, Any]) -> TraceContext | None:
        """Returns the position of these headers."""
        return self._propagator.adopt(headers)

    def position(self) -> TraceContext | None:
        """Returns the position of the current span; None if there is none."""
        span = trace.get_current_span().get_span_context()
        return self._of_span(span, None) if span.is_valid else None

    def _of_span(self, span: trace.SpanContext, context: Context | None) -> TraceContext:
        """Returns the carried trace at this span, or one that starts with it; its ids replace the random ones."""
        # A custom sampler may give its spans another trace state.
        carried = getattr(span.trace_state, "carried", None) or get_value(_KEY, context)
        trace_id, span_id = span.trace_id.to_bytes(16, "big"), span.span_id.to_bytes(8, "big")
        if not isinstance(carried, TraceContext) or int(carried.trace_id, 16) != span.trace_id:
            _feed(trace_id + span_id)
            return self._propagator.start_trace(sampled=span.trace_flags.sampled)
        _feed(span_id)
        child = carried.child()
        return child if child.sampled is not None else child.sample(span.trace_flags.sampled)


_latest: TracehopPropagator | None = None


def _set_up(propagator: TracehopPropagator) -> None:
    """Makes this propagator's position the current one, and keeps its members if another propagator rewrites baggage."""
    global _latest
    if _latest is None:
        RECORDERS.append(Recorder(_is_active, _position))
        W3CBaggagePropagator.inject = _keeping(W3CBaggagePropagator.inject)  # type: ignore[method-assign]
    _latest = propagator


def _is_active() -> bool:
    """True if instrumentations record spans in this process and write Sentry's headers."""
    has_sdk = not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    return has_sdk and _SENTRY_TRACE in propagate.get_global_textmap().fields


def _position() -> TraceContext | None:
    is_ours = _latest is not None and _SENTRY_TRACE in propagate.get_global_textmap().fields
    return _latest.position() if is_ours and _latest is not None else None


def _keeping(inject: Any) -> Any:
    """Wraps OpenTelemetry's baggage propagator, which rewrites the header: earlier members are appended to its own."""

    @functools.wraps(inject)
    def keeping(
        self: Any, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        before = {} if _existing(carrier) is None else {str(name).lower(): value for name, value in carrier.items()}
        inject(self, carrier, context, setter)
        ours = _latest and _latest.adopted(before)
        if ours:
            written = {name: value for name, value in carrier.items() if str(name).lower() == _BAGGAGE}
            for name, value in ours.headers(written).items():
                if name == _BAGGAGE:
                    setter.set(carrier, name, value)

    return keeping


def _existing(carrier: object) -> Any:
    """Returns what a request already carries; None if only its setter knows how to write it."""
    return carrier if isinstance(carrier, MutableMapping) else None  # pyright: ignore[reportUnknownVariableType]


def _of_environment() -> Propagator:
    return from_env(traces_sample_rate=None)  # OpenTelemetry decides.
