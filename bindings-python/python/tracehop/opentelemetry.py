"""OpenTelemetry reads and writes Sentry's headers: ``OTEL_PROPAGATORS=tracehop``, beside others or alone.

Ids are OpenTelemetry's own; decision and sampling context are carried by tracehop, in the context that ``extract``
gives: attach it before spans are started, as OpenTelemetry's instrumentations do.
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

from ._clients import check
from ._tracehop import (
    HEADER_NAMES,
    Propagator,
    TraceContext,
    _feed,  # pyright: ignore[reportPrivateUsage]
)

_KEY = "tracehop.context"


class TracehopPropagator(TextMapPropagator):
    """A text map propagator over a :class:`tracehop.Propagator`.

    Without one it takes what Sentry's SDKs take from the environment: ``SENTRY_DSN``, ``SENTRY_RELEASE`` and
    ``SENTRY_ENVIRONMENT``.
    """

    def __init__(self, propagator: Propagator | None = None) -> None:
        self._propagator = check(propagator) if propagator is not None else _of_environment()

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Getter[Any] = default_getter
    ) -> Context:
        """The context with the remote span that the carrier names; unchanged where it names none."""
        context = Context() if context is None else context
        found = {name: getter.get(carrier, name) for name in HEADER_NAMES}
        carried = self._propagator.continue_trace({name: lines for name, lines in found.items() if lines})
        if carried.parent_span_id is None:
            return context
        is_out = carried.sampled is False
        span = trace.SpanContext(
            trace_id=int(carried.trace_id, 16),
            span_id=int(carried.parent_span_id, 16),
            is_remote=True,
            # OpenTelemetry knows no deferred decision; what nobody decided against goes on.
            trace_flags=trace.TraceFlags(trace.TraceFlags.DEFAULT if is_out else trace.TraceFlags.SAMPLED),
        )
        return trace.set_span_in_context(trace.NonRecordingSpan(span), set_value(_KEY, carried, context))

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        """Adds the headers of the current span; baggage that is in the carrier already stays."""
        span = trace.get_current_span(context).get_span_context()
        if not span.is_valid:
            return
        outgoing = self._of_span(span, get_value(_KEY, context))
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
