"""The containers of a message's headers in Python: each must give the same result."""

from __future__ import annotations

import email.message
from collections.abc import Callable, Iterator
from typing import Any

Pairs = list[tuple[str, Any]]


def as_pairs(pairs: Pairs) -> Any:
    """Kafka's and AMQP's form: text names, bytes values."""
    return pairs


def as_asgi(pairs: Pairs) -> Any:
    return [[name.encode(), value] for name, value in pairs]


def as_views(pairs: Pairs) -> Any:
    wrap = (memoryview, bytearray)
    return tuple((name, wrap[at % 2](value) if isinstance(value, bytes) else value) for at, (name, value) in enumerate(pairs))


def as_text(pairs: Pairs) -> Any:
    """Values as text, if text can represent these bytes."""
    return [(name, value.decode(errors="surrogateescape") if isinstance(value, bytes) else value) for name, value in pairs]


def as_dict_of_lines(pairs: Pairs) -> Any:
    lines: dict[str, list[Any]] = {}
    for name, value in pairs:
        lines.setdefault(name.lower(), []).append(value)
    return lines


def as_dict(pairs: Pairs) -> Any:
    """A plain dict of text; None if a name is repeated, because a dict has one value for each."""
    names = [name.lower() for name, _ in pairs]
    return dict(as_text(pairs)) if len(set(names)) == len(names) else None


def as_message(pairs: Pairs) -> Any:
    """email.message and http.client keep text, lines and spellings; None if they refuse a value."""
    message = email.message.Message()
    for name, value in as_text(pairs):
        if not isinstance(value, str) or not value.isascii():
            return None
        message[name] = value
    return message


class Items:
    """A mapping with repeated names, as werkzeug's and multidict's."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = [(name.decode() if isinstance(name, bytes) else name, value) for name, value in pairs]

    def items(self) -> Iterator[tuple[str, Any]]:
        return iter(self.pairs)

    def __setitem__(self, name: str, value: Any) -> None:
        self.pairs.append((name, value))

    def __delitem__(self, name: str) -> None:
        if name.lower() not in {key.lower() for key, _ in self.pairs}:
            raise KeyError(name)
        self.pairs = [(key, value) for key, value in self.pairs if key.lower() != name.lower()]


class Recorder(Items):
    """Records what is set (and, as an empty value, removed), in order."""

    def __init__(self, pairs: Any) -> None:
        super().__init__(pairs)
        self.changes: dict[str, str] = {}

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name, value)
        self.changes[name] = value

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.changes[name.lower()] = ""


SHAPES: list[Callable[[Pairs], Any]] = [
    as_pairs,
    as_asgi,
    as_views,
    as_text,
    as_dict_of_lines,
    as_dict,
    as_message,
    Items,
]


def every_shape(pairs: Pairs) -> Iterator[tuple[str, Any]]:
    """Each container that can represent these headers, by name."""
    for shape in SHAPES:
        carrier = shape(pairs)
        if carrier is not None:
            yield shape.__name__, carrier


def is_text(shape: str) -> bool:
    """True if this container has text, so that third-party members are returned as the same text (rule K4)."""
    return shape in ("as_text", "as_dict", "as_message")


def to_bytes(value: str, shape: str) -> bytes:
    """A header value that tracehop returned for this container, as the bytes to send."""
    return value.encode(errors="surrogateescape") if is_text(shape) else value.encode("latin-1")
