"""Sentry's SDK reads and writes trace headers through tracehop.

``sentry_sdk.init(..., integrations=[tracehop.sentry.Integration()])`` is all: the SDK records the spans, the core reads
every header that comes and writes every header that goes, and :func:`tracehop.current` is the SDK's position. Needs
sentry-sdk 2.50 or newer.
"""

from __future__ import annotations

import functools
import re
import sys
import warnings
from collections.abc import Callable
from typing import Any

import sentry_sdk
from sentry_sdk import tracing_utils
from sentry_sdk.consts import VERSION
from sentry_sdk.integrations import Integration as _SentryIntegration
from sentry_sdk.scope import has_external_propagation_context
from sentry_sdk.tracing_utils import PropagationContext, has_tracing_enabled

from . import _given, _sentry_baggage
from ._current import RECORDERS, Recorder
from ._tracehop import Propagator, SentryTrace, TraceContext
from ._values import HeaderError, OptionError

_IDENTIFIER = "tracehop"
_ANY_URL = ".*"  # The SDK's own default.

SEAMS = (
    "PropagationContext.from_incoming_data",
    "PropagationContext.to_traceparent",
    "PropagationContext.iter_headers",
    "Baggage.from_incoming_header",
    "Baggage.serialize",
    "Baggage.strip_sentry_baggage",
    "should_propagate_trace",
    "add_sentry_baggage_to_headers",
    "extract_sentrytrace_data",
)
"""What is replaced or called in ``sentry_sdk.tracing_utils``; a release that lacks one is left untouched."""


class Integration(_SentryIntegration):
    """An integration after which the SDK propagates traces through tracehop.

    Identity, rate, targets and strictness are those of the SDK's options. ``propagator`` overrides them, for targets
    that the SDK does not know (:class:`tracehop.Origin`, functions); its rate and sampler are not asked, for the SDK
    decides about the spans that it records.

    A target that needs a backtracking engine raises :class:`tracehop.OptionError` in ``sentry_sdk.init``.
    """

    identifier = _IDENTIFIER

    def __init__(self, propagator: Propagator | None = None) -> None:
        self._propagator = None if propagator is None else _given.propagator(propagator)
        self._of_client: tuple[Any, Propagator | None] = (None, None)

    @staticmethod
    def setup_once() -> None:
        missing = [seam for seam in SEAMS if not _has(seam)]
        if missing:
            warnings.warn(
                f"Sentry's SDK {VERSION} lacks {missing[0]}, so tracehop leaves it untouched and it propagates traces "
                "by itself: install 2.50 or newer",
                RuntimeWarning,
                stacklevel=2,
            )
        else:
            _install()

    def setup_once_with_options(self, options: dict[str, Any] | None = None) -> None:
        """Refuses options that tracehop cannot keep, while the service starts."""
        if options is not None and self._propagator is None:
            propagator_of(options)

    def propagator(self, client: Any) -> Propagator | None:
        """The propagator with the options of a client; None if they cannot be kept, of which a warning tells."""
        if self._propagator is not None:
            return self._propagator
        if self._of_client[0] is not client:
            self._of_client = (client, _warned_propagator_of(client.options))
        return self._of_client[1]


def propagator_of(options: dict[str, Any]) -> Propagator:
    """A propagator with the options of the SDK, to which a text target is a regular expression."""
    targets: Any = options.get("trace_propagation_targets")
    if targets is not None:
        targets = [re.compile(target) if isinstance(target, str) else target for target in targets]
    is_default = targets is not None and any(target.pattern == _ANY_URL for target in targets)
    return Propagator(
        dsn=options.get("dsn") or None,
        org_id=options.get("org_id") or None,
        release=options.get("release"),
        environment=options.get("environment"),
        traces_sample_rate=options.get("traces_sample_rate"),
        trace_propagation_targets=None if is_default else targets or [],
        strict_trace_continuation=bool(options.get("strict_trace_continuation")),
    )


def _warned_propagator_of(options: dict[str, Any]) -> Propagator | None:
    """As :func:`propagator_of`, for a client after the first, whose options nobody has checked."""
    try:
        return propagator_of(options)
    except (OptionError, TypeError) as error:
        warnings.warn(f"tracehop leaves this client of Sentry's SDK untouched: {error}", RuntimeWarning, stacklevel=2)
        return None


def position() -> TraceContext | None:
    """The SDK's position in a request or job: its span, else the propagation context that it read from a message.

    None without the integration, and if the SDK leaves propagation to OpenTelemetry.
    """
    scope = sentry_sdk.get_current_scope()
    is_served = scope.span or getattr(scope, "streamed_span", None) or isinstance(scope.get_active_propagation_context(), _Read)
    return _position(scope) if is_served else None


def idle() -> TraceContext | None:
    """The SDK's position outside of requests and jobs, which its events name there."""
    return _position(sentry_sdk.get_current_scope())


def _position(scope: Any) -> TraceContext | None:
    propagator = _active(sentry_sdk.get_client())
    if propagator is None:
        return None
    headers = dict(scope.iter_trace_propagation_headers())
    if not headers and not has_external_propagation_context():
        headers = dict(scope.get_active_propagation_context().iter_headers())
    return propagator.adopt(headers)


def _active(client: Any) -> Propagator | None:
    """The propagator of a client; None if it has no integration."""
    integration = getattr(client, "integrations", {}).get(_IDENTIFIER)
    return integration.propagator(client) if isinstance(integration, Integration) else None


def _is_active() -> bool:
    return _active(sentry_sdk.get_client()) is not None


_RECORDER = Recorder(_is_active, position, idle)


def _has(seam: str) -> bool:
    found: Any = tracing_utils
    for name in seam.split("."):
        found = getattr(found, name, None)
    return callable(found)


def _install() -> None:
    """Replaces each seam, once; clients without the integration keep what the SDK does."""
    if _RECORDER in RECORDERS:
        return
    RECORDERS.insert(0, _RECORDER)
    _replace(PropagationContext, "from_incoming_data", _from_incoming_data, classmethod)
    _replace(tracing_utils.Baggage, "from_incoming_header", _sentry_baggage.from_incoming_header, classmethod)
    _replace(tracing_utils.Baggage, "serialize", _sentry_baggage.serialize)
    _replace(tracing_utils.Baggage, "strip_sentry_baggage", _sentry_baggage.strip_members, staticmethod)
    _replace(tracing_utils, "add_sentry_baggage_to_headers", _sentry_baggage.add_to_headers)
    _replace(tracing_utils, "extract_sentrytrace_data", _extract_sentrytrace_data)
    _replace(tracing_utils, "should_propagate_trace", _should_propagate_trace)


def _replace(holder: Any, name: str, ours: Callable[..., Any], wrap: Any = None) -> None:
    """Puts ours in place of a function, in each module of the SDK that has imported it."""
    before = holder.__dict__[name]
    original = before if wrap is None else before.__func__

    @functools.wraps(original)
    def function(*arguments: Any, **options: Any) -> Any:
        propagator = _active(sentry_sdk.get_client())
        if propagator is None:
            return original(*arguments, **options)
        return ours(propagator, *arguments, **options)

    setattr(holder, name, function if wrap is None else wrap(function))
    if not isinstance(holder, type):
        for module in [module for path, module in sys.modules.items() if path.startswith("sentry_sdk.")]:
            if vars(module).get(name) is original:
                setattr(module, name, function)


class _Read(PropagationContext):
    """The trace of a message that the SDK has read, begun if the message carried none."""

    __slots__ = ()


class _Continued(_Read):
    """A trace that is continued; in a service that records no spans the caller's decision goes on."""

    __slots__ = ()

    def __init__(self, carried: TraceContext) -> None:
        super().__init__(
            carried.trace_id,
            carried.span_id,
            carried.parent_span_id,
            carried.parent_sampled,
            baggage=_sentry_baggage.Carried(carried),
        )

    def to_traceparent(self) -> str:
        sampled = self.parent_sampled
        is_open = sampled is None or has_tracing_enabled(sentry_sdk.get_client().options)
        return f"{self.trace_id}-{self.span_id}" if is_open else f"{self.trace_id}-{self.span_id}-{sampled:d}"


def _from_incoming_data(
    propagator: Propagator, _kind: type[PropagationContext], incoming_data: Any
) -> PropagationContext:
    # The SDK decides, so a decision is given, and no rate or sampler asked.
    carried = propagator.continue_trace(incoming_data, sampled=False)
    if carried.parent_span_id is None and not any(found.code == "parent_span_id_missing" for found in carried.findings):
        return _Read(carried.trace_id)
    return _Continued(carried)


def _extract_sentrytrace_data(_: Propagator, header: str | None) -> dict[str, str | bool | None] | None:
    if not header:
        return None
    try:
        parsed = SentryTrace.parse(header)
    except HeaderError:
        return None
    return {"trace_id": parsed.trace_id, "parent_span_id": parsed.span_id, "parent_sampled": parsed.sampled}


def _should_propagate_trace(_: Propagator, client: Any, url: str) -> bool:
    propagator = _active(client)
    return propagator is not None and propagator.allows(url)
