#!/bin/bash
# A Kafka message that is forwarded with its headers collects one traceparent per hop, and OpenTelemetry reads the oldest.
#
# Guess: a service that sends a message on with the headers it came with, as a retry or dead-letter topic needs, replaces
# `traceparent`, so each consumer is linked to the service that sent the message last.
# Seen with opentelemetry-instrumentation-confluent-kafka 0.66b1 and confluent-kafka 2.16.1: the producer appends its header to the
# list and the consumer reads the first header of that name. After two hops the message has three positions, and the span of each
# consumer is linked to the first publisher; no later span is linked to the services between. Kafka allows repeated keys and keeps
# their order. The broker is the mock cluster of librdkafka.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile confluent-kafka==2.16.1 opentelemetry-instrumentation-confluent-kafka==0.66b1 \
    opentelemetry-sdk==1.45.1
cat > hop.py <<'PYTHON'
import confluent_kafka
from opentelemetry import trace
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

broker = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
address = next(iter(broker.list_topics(timeout=20).brokers.values()))
spans = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
ConfluentKafkaInstrumentor().instrument()
producer = confluent_kafka.Producer({"bootstrap.servers": f"{address.host}:{address.port}"})
consumer = confluent_kafka.Consumer({"bootstrap.servers": f"{address.host}:{address.port}", "group.id": "hop"})
producer.produce("orders", "x", partition=0)
for topic, following in (("orders", "retry"), ("retry", "again"), ("again", "end")):
    producer.flush(20)
    consumer.assign([confluent_kafka.TopicPartition(topic, 0, 0)])
    message = consumer.poll(20)
    print(f"{topic}: {[name for name, _ in message.headers()]}")
    producer.produce(following, message.value(), headers=message.headers(), partition=0)
consumer.poll(0)  # Ends the span of the last message.
names = {span.context.span_id: span.name for span in spans.get_finished_spans()}
for span in spans.get_finished_spans():
    for link in span.links:
        print(f"{span.name}: linked to {names[link.context.span_id]}")
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
orders: ['traceparent']
retry: ['traceparent', 'traceparent']
again: ['traceparent', 'traceparent', 'traceparent']
orders process: linked to orders send
retry process: linked to orders send
again process: linked to orders send
EXPECTED
