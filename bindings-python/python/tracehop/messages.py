"""The current trace in the headers of messages, in the shapes that clients of queues take.

Each function takes the headers that a message has already, or None, and gives new ones with those of the trace;
without a current trace they are as they were. The receiver gives what its client hands out, None included, to
:meth:`tracehop.Propagator.continue_trace`; SQS's attributes pass :func:`of_sqs_attributes` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from ._current import current
from ._tracehop import HEADER_NAMES

Text = str | bytes
SQS_LIMIT = 10
"""As many attributes a message of SQS may have."""


def as_dict(existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A dict of text: pika, aio-pika, kombu, nats-py, Redis streams, rq's ``meta``, dramatiq's options, taskiq's labels.

    >>> import tracehop.messages, tracehop.testing
    >>> with tracehop.testing.trace():
    ...     sorted(tracehop.messages.as_dict({"tenant": "acme"}))
    ['baggage', 'sentry-trace', 'tenant']
    """
    return dict(as_pairs((existing or {}).items()))


def as_pairs(existing: Iterable[tuple[str, Any]] | None = None) -> list[tuple[str, Any]]:
    """A list of pairs of text: MQTT 5's ``UserProperty``, gRPC metadata. Names of any case stay one header."""
    given = list(existing or ())
    context = current()
    changes = {} if context is None else context.headers(given)
    kept = [pair for pair in given if pair[0].lower() not in changes]
    return kept + [(name, value) for name, value in changes.items() if value]


def as_byte_pairs(existing: Iterable[tuple[str, Text | None]] | None = None) -> list[tuple[str, bytes | None]]:
    """A list of pairs of text and bytes: both Kafka clients. Bytes of others come out as they went in.

    >>> import tracehop.messages, tracehop.testing
    >>> with tracehop.testing.trace():
    ...     dict(tracehop.messages.as_byte_pairs([("baggage", b"name=J\\xc3\\xb6rg")]))["baggage"][:11]
    b'name=J\\xc3\\xb6rg,'
    """
    # Given as bytes, foreign members come back as latin-1 text.
    given = [(name, value.encode() if isinstance(value, str) else value) for name, value in existing or ()]
    return [(name, value.encode("latin-1") if isinstance(value, str) else value) for name, value in as_pairs(given)]


def as_sqs_attributes(existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """``MessageAttributes`` of SQS and SNS. Where they would be more than ten, ours are left out, the last one first."""
    given = dict(existing or {})
    texts = as_dict(of_sqs_attributes(given))
    kept = {name: value for name, value in given.items() if name.lower() not in HEADER_NAMES}
    ours = [(name, texts[name]) for name in HEADER_NAMES if name in texts]
    room = max(SQS_LIMIT - len(kept), 0)
    return kept | {name: {"DataType": "String", "StringValue": value} for name, value in ours[:room]}


def of_sqs_attributes(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    """The text attributes of a received message, under their names; a body of SNS and an event of Lambda spell theirs so too.

    >>> import tracehop.messages
    >>> tracehop.messages.of_sqs_attributes({"baggage": {"DataType": "String", "StringValue": "a=1"}})
    {'baggage': 'a=1'}
    """
    found: dict[str, str] = {}
    for name, attribute in (attributes or {}).items():
        fields: Mapping[str, Any] = {}
        if isinstance(attribute, Mapping):
            fields = cast("Mapping[str, Any]", attribute)
        for key in ("StringValue", "stringValue", "Value"):
            if isinstance(fields.get(key), str):
                found[name] = fields[key]
    return found
