#!/bin/bash
# Kafka messages that are sent with one list of headers all belong to the trace of the first one.
#
# Guess: the producer sends a copy of the application's headers with its trace, so a list that is a constant of the application
# stays as it is and each message carries its own trace.
# Seen with opentelemetry-instrumentation-kafka-python 0.66b1, opentelemetry-instrumentation-aiokafka 0.66b1, kafka-python 2.3.2 and
# aiokafka 0.14.0: both append the trace to the list itself, and both consumers read the first header of a name. The third message
# of a process has three positions, and every message continues the trace of the first, with its sampling decision; messages grow
# with each call. The broker is the mock cluster of librdkafka.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile confluent-kafka==2.16.1 kafka-python==2.3.2 aiokafka==0.14.0 opentelemetry-sdk==1.45.1 \
    opentelemetry-instrumentation-kafka-python==0.66b1 opentelemetry-instrumentation-aiokafka==0.66b1
cat > hop.py <<'PYTHON'
import asyncio

import aiokafka
import confluent_kafka
import kafka
from opentelemetry import trace
from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor
from opentelemetry.instrumentation.kafka import KafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

broker = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
address = next(iter(broker.list_topics(timeout=20).brokers.values()))
server = f"{address.host}:{address.port}"
spans = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
KafkaInstrumentor().instrument()
AIOKafkaInstrumentor().instrument()


def report(name, messages):
    print(f"{name}:")
    for message in messages:
        print(" ", [key for key, _ in message.headers])
    traces = {}
    for span in spans.get_finished_spans():
        number = traces.setdefault(span.context.trace_id, len(traces) + 1)
        print(f"  {span.name}: trace {number}")
    spans.clear()


def with_kafka_python(topic):
    headers = [("source", b"shop")]
    producer = kafka.KafkaProducer(bootstrap_servers=[server])
    for _ in range(3):
        producer.send(topic, b"x", headers=headers, partition=0).get(20)
    consumer = kafka.KafkaConsumer(bootstrap_servers=[server], auto_offset_reset="earliest", consumer_timeout_ms=20000)
    consumer.assign([kafka.TopicPartition(topic, 0)])
    report("kafka-python", [next(consumer) for _ in range(3)])


async def with_aiokafka(topic):
    headers = [("source", b"shop")]
    producer = aiokafka.AIOKafkaProducer(bootstrap_servers=server)
    await producer.start()
    for _ in range(3):
        await producer.send_and_wait(topic, b"x", headers=headers, partition=0)
    await producer.stop()
    consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=server, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([aiokafka.TopicPartition(topic, 0)])
    report("aiokafka", [await asyncio.wait_for(consumer.getone(), 20) for _ in range(3)])
    await consumer.stop()


with_kafka_python("orders")
asyncio.run(with_aiokafka("bills"))
PYTHON
timeout 100 venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
kafka-python:
  ['source', 'traceparent']
  ['source', 'traceparent', 'traceparent']
  ['source', 'traceparent', 'traceparent', 'traceparent']
  orders send: trace 1
  orders send: trace 2
  orders send: trace 3
  orders receive: trace 1
  orders receive: trace 1
  orders receive: trace 1
aiokafka:
  ['source', 'traceparent']
  ['source', 'traceparent', 'traceparent']
  ['source', 'traceparent', 'traceparent', 'traceparent']
  bills send: trace 1
  bills send: trace 2
  bills send: trace 3
  bills receive: trace 1
  bills receive: trace 1
  bills receive: trace 1
EXPECTED
