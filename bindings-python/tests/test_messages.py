"""The forms of message headers, through the real clients' own encoding, without a broker if possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from servers import redis_server

import tracehop
import tracehop.messages
import tracehop.testing

PROPAGATOR = tracehop.Propagator(public_key="key")
IDS = (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, True)


@pytest.fixture(autouse=True)
def trace() -> Iterator[tracehop.TraceContext]:
    with tracehop.testing.trace(public_key="key") as context:
        yield context


def test_third_party_bytes_are_unchanged() -> None:
    foreign = "name=Jörg".encode()
    headers = tracehop.messages.as_byte_pairs([("id", None), ("Baggage", foreign), ("raw", b"\xff")])
    assert headers[:2] == [("id", None), ("raw", b"\xff")]
    baggage = dict(headers)["baggage"]
    assert baggage and baggage.startswith(foreign + b",") and all(isinstance(value, (bytes, type(None))) for _, value in headers)
    assert tracehop.testing.carried(headers) == IDS
    again = tracehop.messages.as_byte_pairs(headers)
    assert again == headers


def test_without_headers_and_trace_the_result_is_empty() -> None:
    with tracehop.use(None):
        assert tracehop.messages.as_dict() == {} and tracehop.messages.as_pairs() == []
        assert tracehop.messages.as_byte_pairs(None) == [] and tracehop.messages.as_sqs_attributes(None) == {}
    assert tracehop.testing.carried(tracehop.messages.as_dict(None)) == IDS


def test_a_message_without_headers_starts_a_trace() -> None:
    """As pika, nats-py and confluent-kafka return it."""
    assert PROPAGATOR.continue_trace(None).parent_span_id is None


def test_attributes_of_sqs_keep_the_limit_of_ten() -> None:
    mine: dict[str, Any] = {f"a{number}": {"DataType": "Binary", "BinaryValue": b"1"} for number in range(8)}
    both = tracehop.messages.as_sqs_attributes(mine)
    assert tracehop.testing.carried(tracehop.messages.of_sqs_attributes(both)) == IDS
    assert {name: both[name] for name in mine} == mine and len(both) == 10
    one = tracehop.messages.as_sqs_attributes(mine | {"a8": {"DataType": "String", "StringValue": "1"}})
    assert len(one) == 10 and tracehop.testing.carried(tracehop.messages.of_sqs_attributes(one)) == IDS
    full = mine | {f"b{number}": {"DataType": "String", "StringValue": "1"} for number in range(2)}
    assert tracehop.messages.as_sqs_attributes(full) == full


def test_a_stream_of_redis_carries_the_trace() -> None:
    with redis_server() as location:
        for decode in (False, True):
            with redis.Redis.from_url(location, decode_responses=decode) as client:
                fields: Any = tracehop.messages.as_dict({"order": "7"})
                client.xadd("orders", fields)
                ((_, message),) = client.xrange("orders")
                assert tracehop.testing.carried(message) == IDS
                client.delete("orders")
