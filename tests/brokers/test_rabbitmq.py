"""Messages through a real RabbitMQ, with the clients of docs/queues.md: pika, aio-pika, Bunny."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aio_pika
import pika
import pytest
from rabbitmq import rabbitmq

import tracehop
import tracehop.messages
import tracehop.testing

IDS = (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, True)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as port:
        yield port


def check(first: Any, without: Any) -> None:
    assert tracehop.testing.carried(first) == IDS
    assert first["baggage"].startswith("tenant=acme,") and first["tenant"] == "acme"
    assert tracehop.Propagator().continue_trace(without).parent_span_id is None


def headers() -> Any:
    with tracehop.testing.trace(public_key="key"):
        return tracehop.messages.as_dict({"Baggage": "tenant=acme", "tenant": "acme"})


def test_pika(port: int) -> None:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port)) as connection:
        channel = connection.channel()
        channel.queue_declare("orders", auto_delete=True)
        channel.basic_publish("", "orders", b"1", pika.BasicProperties(headers=headers()))
        channel.basic_publish("", "orders", b"2")
        received: list[Any] = []
        for _, properties, _ in channel.consume("orders", auto_ack=True, inactivity_timeout=20):
            assert properties, "no message within 20 s"
            received.append(properties.headers)
            if len(received) == 2:
                break
    assert received[1] is None
    check(*received)


def test_aio_pika(port: int) -> None:
    async def run() -> list[Any]:
        async with await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{port}/") as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue("orders.aio", auto_delete=True)
            await channel.default_exchange.publish(aio_pika.Message(b"1", headers=headers()), queue.name)
            await channel.default_exchange.publish(aio_pika.Message(b"2"), queue.name)
            return [(await queue.get(no_ack=True, timeout=20)).headers for _ in range(2)]

    check(*asyncio.run(run()))


def test_bunny(port: int) -> None:
    ruby = ["ruby", str(Path(__file__).with_name("bunny.rb")), str(port)]
    done = subprocess.run(ruby, capture_output=True, text=True, timeout=60, env=os.environ)
    assert done.returncode == 0, done.stderr
    sent, first, without = (line.split(" ") for line in done.stdout.splitlines())
    assert first == sent
    assert without[0] != sent[0] and without[1:] == ["", ""]
