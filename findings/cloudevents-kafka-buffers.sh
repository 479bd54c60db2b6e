#!/bin/bash
# kafkajs cannot send what the CloudEvents SDK for JavaScript makes, and the SDK cannot read the trace that kafkajs receives.
#
# Guess: `Kafka.binary(event)` is a message for kafkajs, and `Kafka.toEvent` of the received message has the same `traceparent`.
# Seen with cloudevents 10.0.0 and kafkajs 2.2.4: attributes that are not set are headers with the value undefined, which kafkajs
# refuses to send. A received header is a Buffer, as Kafka's are bytes: `toEvent` takes them as they are, so `traceparent` is no
# text for the propagator and the trace ends; with a `content-type`, which section 3.2.1 of the Kafka binding asks for if the
# event has one, it throws. The broker is the mock cluster of librdkafka in confluent-kafka 2.16.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile confluent-kafka==2.16.1
npm install --ignore-scripts --silent --no-audit cloudevents@10.0.0 kafkajs@2.2.4
cat > broker.py <<'PYTHON'
import sys

import confluent_kafka

broker = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
address = next(iter(broker.list_topics(timeout=20).brokers.values()))
print(f"{address.host}:{address.port}", flush=True)
sys.stdin.read()
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { CloudEvent, Kafka as binding } from "cloudevents";
import kafkajs from "kafkajs";

const broker = spawn("venv/bin/python", ["broker.py"], { stdio: ["pipe", "pipe", "ignore"] });
const [address] = await once(broker.stdout, "data");
const kafka = new kafkajs.Kafka({ brokers: [String(address).trim()], logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
const attempt = async (name, act) => console.log(`${name}:`, await act().catch((error) => error.code ?? error.message));
await producer.connect();
const traceparent = `00-${"4b".repeat(16)}-${"a3".repeat(8)}-01`;
const event = new CloudEvent({ id: "1", type: "order", source: "/shop", traceparent, data: "x" });
const message = binding.binary(event);
const headers = Object.fromEntries(Object.entries(message.headers).filter(([, value]) => value !== undefined));
await attempt("sent as it is", () => producer.send({ topic: "orders", messages: [message] }));
await producer.send({ topic: "orders", messages: [{ value: "x", partition: 0, headers }] });
const typed = { ...headers, "content-type": "text/plain" };
await producer.send({ topic: "orders", messages: [{ value: "x", partition: 0, headers: typed }] });
const consumer = kafka.consumer({ groupId: "hop" });
await consumer.connect();
await consumer.subscribe({ topic: "orders", fromBeginning: true });
let count = 0;
const done = new Promise((resolve) => consumer.run({
  eachMessage: async ({ message: received }) => {
    const name = received.headers["content-type"] ? "with a content type" : "without a content type";
    await attempt(name, async () => `traceparent is a ${binding.toEvent(received).traceparent.constructor.name}`);
    if (++count === 2) resolve();
  },
}));
await done;
broker.kill();
process.exit(0);
JAVASCRIPT
timeout 100 node hop.mjs | tee seen
diff seen - <<'EXPECTED'
sent as it is: ERR_INVALID_ARG_TYPE
without a content type: traceparent is a Buffer
with a content type: contentType.startsWith is not a function
EXPECTED
