"""Sentry's SDK reads and writes trace headers through tracehop.

Set-up: ``sentry_sdk.init(..., integrations=[tracehop.sentry.Integration()])``. The SDK records the spans, the core reads
every incoming header and writes every outgoing one, and :func:`tracehop.current` is the SDK's position. Needs
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
"""The functions that are replaced or called in ``sentry_sdk.tracing_utils``; if a release lacks one, nothing is replaced."""


class Integration(_SentryIntegration):
    """An integration that makes the SDK propagate traces through tracehop.

    Identity, targets and strictness are those of the SDK's options. ``propagator`` overrides them, for targets that the SDK
    does not support (:class:`tracehop.Origin`, functions); its rate and sampler are not used, because the SDK decides
    about the spans that it records.

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
        """Refuses options that tracehop does not support, when the service starts."""
        if options is not None and self._propagator is None:
            propagator_of(options)

    def propagator(self, client: Any) -> Propagator | None:
        """Returns the propagator with the options of a client; None, with a warning, if they are not supported."""
        if self._propagator is not None:
            return self._propagator
        if self._of_client[0] is not client:
            self._of_client = (client, _warned_propagator_of(client.options))
        return self._of_client[1]


def propagator_of(options: dict[str, Any]) -> Propagator:
    """Makes a propagator with the options of the SDK, which converts each value to text and samples by itself."""
    return Propagator(
        dsn=_text(options.get("dsn")) or None,
        org_id=options.get("org_id") or None,
        release=_text(options.get("release")),
        environment=_text(options.get("environment")),
        trace_propagation_targets=_targets(options.get("trace_propagation_targets")),
        strict_trace_continuation=bool(options.get("strict_trace_continuation")),
    )


def _text(value: object) -> str | None:
    """Returns a value as the SDK writes it: as text, without blanks around it."""
    return None if value is None else str(value).strip()


def _targets(targets: Any) -> Any:
    """Returns the targets of the SDK, which reads a text as a regular expression; None for its default, every URL."""
    if targets is None:
        return []
    if isinstance(targets, str):  # Refused by the propagator: each of its characters would be a target.
        return targets
    compiled = [_compiled(at, target) for at, target in enumerate(targets)]
    return None if any(getattr(target, "pattern", None) == _ANY_URL for target in compiled) else compiled


def _compiled(at: int, target: Any) -> Any:
    try:
        return re.compile(target) if isinstance(target, str) else target
    except re.error as error:
        option = "trace_propagation_targets"
        raise OptionError(f"{option}[{at}]: the regex {target!r} is not valid: {error}", "regex_syntax", option) from None


def _warned_propagator_of(options: dict[str, Any]) -> Propagator | None:
    """As :func:`propagator_of`, for a later client, whose options were not checked at set-up."""
    try:
        return propagator_of(options)
    except (OptionError, TypeError) as error:
        warnings.warn(f"tracehop leaves this client of Sentry's SDK untouched: {error}", RuntimeWarning, stacklevel=2)
        return None


def position() -> TraceContext | None:
    """Returns the SDK's position in a request or job: its span, else the propagation context read from a message.

    None without the integration, and if the SDK leaves propagation to OpenTelemetry.
    """
    scope = sentry_sdk.get_current_scope()
    is_served = scope.span or getattr(scope, "streamed_span", None) or isinstance(scope.get_active_propagation_context(), _Read)
    return _position(scope) if is_served else None


def idle() -> TraceContext | None:
    """Returns the SDK's position outside of requests and jobs, which is also that of its events."""
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
    """Returns the propagator of a client; None if it has no integration."""
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
    """Replaces each seam, once; clients without the integration keep the SDK's behaviour."""
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
    """Replaces a function in each module of the SDK that has imported it."""
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
    """The trace of a message that the SDK has read, or a new one if the message carried none."""

    __slots__ = ()


class _Continued(_Read):
    """A continued trace; in a service that records no spans the caller's decision is forwarded."""

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
    # The SDK decides: with an explicit decision neither rate nor sampler is used.
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
