"""The current trace in the headers of messages, in the forms that queue clients take.

Each function takes the headers that a message already has, or None, and returns new ones that include the trace's;
without a current trace they are unchanged. The receiver passes its client's headers, or None, to
:meth:`tracehop.Propagator.continue_trace`; SQS's attributes go through :func:`of_sqs_attributes` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from ._current import current
from ._tracehop import HEADER_NAMES

Text = str | bytes
SQS_LIMIT = 10
"""The maximum number of attributes of an SQS message."""


def as_dict(existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns a dict of text, for pika, aio-pika, kombu, nats-py, Redis streams, rq's ``meta``, dramatiq's options, taskiq's labels.

    >>> import tracehop.messages, tracehop.testing
    >>> with tracehop.testing.trace():
    ...     sorted(tracehop.messages.as_dict({"tenant": "acme"}))
    ['baggage', 'sentry-trace', 'tenant']
    """
    return dict(as_pairs((existing or {}).items()))


def as_pairs(existing: Iterable[tuple[str, Any]] | None = None) -> list[tuple[str, Any]]:
    """Returns a list of pairs of text, for MQTT 5's ``UserProperty`` and gRPC metadata. Names match in any case."""
    given = list(existing or ())
    context = current()
    changes = {} if context is None else context.headers(given)
    kept = [pair for pair in given if pair[0].lower() not in changes]
    return kept + [(name, value) for name, value in changes.items() if value]


def as_byte_pairs(existing: Iterable[tuple[str, Text | None]] | None = None) -> list[tuple[str, bytes | None]]:
    """Returns a list of pairs of text and bytes, for both Kafka clients. Third-party bytes are unchanged.

    >>> import tracehop.messages, tracehop.testing
    >>> with tracehop.testing.trace():
    ...     dict(tracehop.messages.as_byte_pairs([("baggage", b"name=J\\xc3\\xb6rg")]))["baggage"][:11]
    b'name=J\\xc3\\xb6rg,'
    """
    # Third-party members given as bytes are returned as latin-1 text.
    given = [(name, value.encode() if isinstance(value, str) else value) for name, value in existing or ()]
    return [(name, value.encode("latin-1") if isinstance(value, str) else value) for name, value in as_pairs(given)]


def as_sqs_attributes(existing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns ``MessageAttributes`` of SQS and SNS. If there would be more than ten, trace headers are left out, the last first."""
    given = dict(existing or {})
    texts = as_dict(of_sqs_attributes(given))
    kept = {name: value for name, value in given.items() if name.lower() not in HEADER_NAMES}
    ours = [(name, texts[name]) for name in HEADER_NAMES if name in texts]
    free = max(SQS_LIMIT - len(kept), 0)
    return kept | {name: {"DataType": "String", "StringValue": value} for name, value in ours[:free]}


def of_sqs_attributes(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    """Returns the text attributes of a received message by name; also those of an SNS body and a Lambda event.

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
