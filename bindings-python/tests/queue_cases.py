"""Tests what a message carries through the real client of each queue, and its broker (docs/queues.md, docs/jobs).

test_queues.py runs it in a separate process, because some of these clients leave sockets to the garbage collector.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aio_pika
import aiokafka.record.default_records as kafka_records
import arq
import arq.connections
import arq.worker
import confluent_kafka
import dramatiq
import dramatiq.brokers.redis
import dramatiq.middleware
import huey
import nats
import paho.mqtt.client
import pytest
import redis
import rq
import taskiq
import taskiq.receiver
import taskiq_redis
from brokers import mosquitto, nats_server
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from servers import redis_server

import tracehop
import tracehop.messages
import tracehop.testing

IDS = (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, True)
TIMEOUT = 20
# What a job received, as its functions see it.
given: queue.SimpleQueue[Any] = queue.SimpleQueue()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(autouse=True)
def trace() -> Iterator[None]:
    with tracehop.testing.trace(public_key="key"):
        yield


def arrived() -> Any:
    return given.get(timeout=TIMEOUT)


def rq_job() -> None:
    job = rq.get_current_job()
    given.put(job and job.meta)


def test_rq(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        jobs = rq.Queue(connection=client)
        jobs.enqueue(rq_job, meta=tracehop.messages.as_dict({"tenant": "acme"}))
        with tracehop.use(None):
            rq.SimpleWorker([jobs], connection=client).work(burst=True, logging_level="ERROR")
    assert tracehop.testing.carried(arrived()) == IDS


async def arq_job(_: Any, trace: dict[str, str]) -> None:
    given.put(trace)


def test_arq(redis_url: str) -> None:
    async def run() -> None:
        pool = await arq.create_pool(arq.connections.RedisSettings.from_dsn(redis_url))
        await pool.enqueue_job("arq_job", trace=tracehop.messages.as_dict())
        worker = arq.worker.Worker([arq_job], redis_pool=pool, burst=True, handle_signals=False, poll_delay=0.01)
        await worker.async_run()
        await worker.close()

    asyncio.run(run())
    assert tracehop.testing.carried(arrived()) == IDS


def test_huey(redis_url: str) -> None:
    tasks = huey.RedisHuey("tasks", url=redis_url)

    @tasks.task()  # type: ignore[untyped-decorator]
    def job(trace: dict[str, str]) -> None:
        given.put(trace)

    job(trace=tracehop.messages.as_dict())
    tasks.execute(tasks.dequeue())
    assert tracehop.testing.carried(arrived()) == IDS
    tasks.storage.conn.close()


def test_dramatiq(redis_url: str) -> None:
    broker = dramatiq.brokers.redis.RedisBroker(url=redis_url, middleware=[dramatiq.middleware.CurrentMessage()])

    @dramatiq.actor(broker=broker)
    def job() -> None:
        message = dramatiq.middleware.CurrentMessage.get_current_message()
        given.put(message and message.options)

    broker.enqueue(job.message_with_options(args=(), **tracehop.messages.as_dict()))
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=10)
    worker.start()
    try:
        assert tracehop.testing.carried(arrived()) == IDS
    finally:
        worker.stop()
        broker.close()


def test_taskiq(redis_url: str) -> None:
    broker = taskiq_redis.ListQueueBroker(redis_url)

    @broker.task
    async def job(context: taskiq.Context = taskiq.TaskiqDepends()) -> None:  # noqa: B008
        given.put(context.message.labels)

    async def run() -> None:
        await broker.startup()
        await job.kicker().with_labels(**tracehop.messages.as_dict()).kiq()
        messages = broker.listen()
        await taskiq.receiver.Receiver(broker, run_startup=False).callback(await anext(messages))
        await messages.aclose()
        await broker.shutdown()

    asyncio.run(run())
    assert tracehop.testing.carried(arrived()) == IDS


def test_nats() -> None:
    async def run(url: str) -> list[Any]:
        client = await nats.connect(url)
        subscription = await client.subscribe("orders")
        await client.publish("orders", b"1", headers=tracehop.messages.as_dict({"tenant": "acme"}))
        with tracehop.use(None):
            await client.publish("orders", b"2")
        found = [(await subscription.next_msg(TIMEOUT)).headers for _ in range(2)]
        await client.close()
        return found

    with nats_server() as url:
        first, without = asyncio.run(run(url))
    assert tracehop.testing.carried(first) == IDS
    assert tracehop.Propagator().continue_trace(without).parent_span_id is None


def test_mqtt() -> None:
    with mosquitto() as port:
        client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2, protocol=paho.mqtt.client.MQTTv5)
        client.on_subscribe = lambda *_: given.put("subscribed")
        client.on_message = lambda _client, _data, message: given.put(message.properties)
        client.connect("127.0.0.1", port)
        client.subscribe("orders", qos=1)
        client.loop_start()
        try:
            assert arrived() == "subscribed"
            properties = Properties(PacketTypes.PUBLISH)
            properties.UserProperty = tracehop.messages.as_pairs([("Baggage", "a=1"), ("tenant", "acme")])
            client.publish("orders", b"1", qos=1, properties=properties)
            client.publish("orders", b"2", qos=1)
            first, without = arrived(), arrived()
        finally:
            client.disconnect()
            client.loop_stop()
    assert tracehop.testing.carried(first.UserProperty) == IDS
    assert tracehop.Propagator().continue_trace(getattr(without, "UserProperty", None)).parent_span_id is None


def test_confluent_kafka() -> None:
    """librdkafka has a mock broker for tests."""
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
    (broker,) = producer.list_topics(timeout=TIMEOUT).brokers.values()
    producer.produce("orders", b"1", headers=tracehop.messages.as_byte_pairs([("baggage", "name=Jörg".encode())]))
    producer.produce("orders", b"2")
    assert producer.flush(TIMEOUT) == 0
    settings = {"bootstrap.servers": f"{broker.host}:{broker.port}", "group.id": "g", "auto.offset.reset": "earliest"}
    consumer = confluent_kafka.Consumer(settings)
    consumer.assign([confluent_kafka.TopicPartition("orders", partition, 0) for partition in range(4)])
    try:
        messages = [message for _ in range(2) for message in consumer.consume(1, TIMEOUT)]
    finally:
        consumer.close()
    headers = {message.value(): message.headers() for message in messages}
    assert tracehop.testing.carried(headers[b"1"]) == IDS and headers[b"2"] is None
    assert dict(headers[b"1"])["baggage"].startswith("name=Jörg,".encode())


def test_aiokafka() -> None:
    """A record in its stored encoding."""
    builder = kafka_records.DefaultRecordBatchBuilder(2, 0, True, -1, -1, -1, 1_000_000)
    builder.append(0, 0, None, b"1", tracehop.messages.as_byte_pairs())
    (record,) = kafka_records.DefaultRecordBatch(builder.build())
    assert tracehop.testing.carried(record.headers) == IDS


def test_aio_pika() -> None:
    """Properties in their sent encoding; `make nightly` sends them through RabbitMQ."""
    sent = aio_pika.Message(b"1", headers=tracehop.messages.as_dict({"tenant": "acme"})).properties
    flags, encoded = sent.marshal()[:2], sent.marshal()[2:]
    received = type(sent)()
    received.unmarshal(int.from_bytes(flags, "big"), encoded)
    assert tracehop.testing.carried(received.headers) == IDS
