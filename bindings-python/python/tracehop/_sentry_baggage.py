"""The baggage of Sentry's SDK, read and written by the core."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

from sentry_sdk.tracing_utils import Baggage

from ._tracehop import HEADER_NAMES, Propagator, TraceContext, strip
from ._tracehop import Baggage as Parsed

_SENTRY_TRACE, _BAGGAGE = HEADER_NAMES[:2]
_ANY_TRACE = "1" * 32  # For members without a trace id.
_sdk_serialize = Baggage.serialize
_adopt = Propagator().adopt


class Carried(Baggage):
    """The frozen DSC of a continued trace: the core's text, decoded only if the SDK reads the members."""

    __slots__ = ("_context", "_items")

    def __init__(self, context: TraceContext) -> None:
        self._context = context
        self._items: dict[str, str] | None = None
        self.third_party_items = ""
        self.mutable = False

    @property
    def sentry_items(self) -> dict[str, str]:
        """The decoded members; the SDK edits them in place."""
        if self._items is None:
            self._items = self._context.dynamic_sampling_context
        return self._items

    @sentry_items.setter
    def sentry_items(self, items: dict[str, str]) -> None:
        self._items = items

    def serialize(self, include_third_party: bool = False) -> str:
        return self._context.baggage or "" if self._items is None else encoded(self._items)

    def _sample_rand(self) -> float | None:
        edited = None if self._items is None else super()._sample_rand()
        return self._context.sample_rand if edited is None else edited


def from_incoming_header(
    _: Propagator, kind: type[Baggage], header: str | None, *, _sample_rand: str | None = None
) -> Baggage:
    parsed = Parsed.parse(header or "")
    items = parsed.sentry
    if _sample_rand is not None:
        items["sample_rand"] = str(_sample_rand)
    return kind(items, ",".join(parsed.foreign), not items)


def serialize(_: Propagator, baggage: Baggage, include_third_party: bool = False) -> str:
    text = encoded(baggage.sentry_items)
    foreign = baggage.third_party_items if include_third_party else ""
    return f"{text},{foreign}" if text and foreign else text or foreign


def strip_members(_: Propagator, header: str) -> str:
    return strip({_BAGGAGE: header}).get(_BAGGAGE, "")


def add_to_headers(_: Propagator, headers: MutableMapping[str, str], sentry_baggage: str) -> None:
    """Adds members to a request after third-party members, which keep their bytes."""
    existing = headers.get(_BAGGAGE, "")
    context = _context_of(sentry_baggage) if existing else None
    if context is None:
        headers[_BAGGAGE] = sentry_baggage
    else:
        headers[_BAGGAGE] = context.headers({_BAGGAGE: existing}).get(_BAGGAGE, existing)


def encoded(items: dict[str, Any]) -> str:
    """Returns members as header text; cached, because many requests of one trace have the same members."""
    return _encoded(tuple((name, str(value)) for name, value in items.items()))


def _encode(members: tuple[tuple[str, str], ...]) -> str:
    text = _sdk_serialize(Baggage(dict(members)))
    context = _context_of(text)
    return text if context is None else context.baggage or ""


_encoded: Callable[[tuple[tuple[str, str], ...]], str] = lru_cache(maxsize=256)(_encode)


def _context_of(text: str) -> TraceContext | None:
    """Returns a context with these members; None if their trace id is invalid."""
    trace_id = Parsed.parse(text).sentry.get("trace_id", _ANY_TRACE)
    return _adopt({_SENTRY_TRACE: f"{trace_id}-{_ANY_TRACE[:16]}", _BAGGAGE: text})
