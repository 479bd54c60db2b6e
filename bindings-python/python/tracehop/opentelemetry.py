"""OpenTelemetry reads and writes Sentry's headers: ``OTEL_PROPAGATORS=tracehop``, beside others or alone, in any order.

Under a span :func:`tracehop.current` is that span, and our middlewares start nothing of their own. Ids are OpenTelemetry's. Decision and sampling context stand in the context that ``extract`` gives and in the trace
state of its span, which every span beneath it inherits: so it does not matter whether that context is attached or only
given to the span that is started.
"""

from __future__ import annotations

import functools
import os
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
from ._tracehop import (
    HEADER_NAMES,
    Propagator,
    TraceContext,
    _feed,  # pyright: ignore[reportPrivateUsage]
)

_KEY = "tracehop.context"
_SENTRY_TRACE, _BAGGAGE = HEADER_NAMES[:2]


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
        _set_up(self)

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
        outgoing = self._of_span(span, context)
        for name, value in outgoing.headers(_existing(carrier)).items():
            setter.set(carrier, name, value)

    @property
    def fields(self) -> set[str]:
        """The names that inject may set."""
        return set(HEADER_NAMES)

    def adopted(self, headers: dict[str, Any]) -> TraceContext | None:
        """The position that these headers name."""
        return self._propagator.adopt(headers)

    def position(self) -> TraceContext | None:
        """The position of the current span; None if there is none."""
        span = trace.get_current_span().get_span_context()
        return self._of_span(span, None) if span.is_valid else None

    def _of_span(self, span: trace.SpanContext, context: Context | None) -> TraceContext:
        """The carried trace at this span, or one that starts with it; ids are laid before the random ones."""
        # A sampler of another make may give its spans a trace state of its own.
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
    """Makes a propagator the one whose position is current, and keeps its members from another's."""
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
    """OpenTelemetry's own propagator of baggage writes the header anew: members that were there before go after its own."""

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
    """What a request carries already; None where only its setter knows how it is written."""
    return carrier if isinstance(carrier, MutableMapping) else None  # pyright: ignore[reportUnknownVariableType]


def _of_environment() -> Propagator:
    dsn, release, environment = (os.environ.get(f"SENTRY_{name}") for name in ("DSN", "RELEASE", "ENVIRONMENT"))
    return Propagator(dsn=dsn, release=release, environment=environment)
