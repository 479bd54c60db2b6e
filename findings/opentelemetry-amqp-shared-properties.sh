#!/bin/bash
# An AMQP message that is sent with a constant of the application carries the baggage and state of an earlier request.
#
# Guess: the publisher sends a copy of the application's properties with its trace, so nothing of one request is in the message of
# another.
# Seen with opentelemetry-instrumentation-pika 0.66b1, pika 1.4.4, @opentelemetry/instrumentation-amqplib 0.70.0 and amqplib 2.3.1:
# both write the trace into the object of the application. `traceparent` is replaced by the next message, but a request without
# baggage or `tracestate` removes neither. Properties or options that are a constant of the application then send the new trace
# with the baggage of another customer's request, which the consumer adds to its own requests, and with the state of another trace.
# The messages are taken where each client would write them to its connection.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile pika==1.4.4 opentelemetry-instrumentation-pika==0.66b1 opentelemetry-sdk==1.45.1
npm install --ignore-scripts --silent --no-audit amqplib@2.3.1 @opentelemetry/instrumentation-amqplib@0.70.0 \
    @opentelemetry/sdk-trace-node@2.12.1 @opentelemetry/api@1.9.1
cat > hop.py <<'PYTHON'
from types import SimpleNamespace

import pika
from opentelemetry import context, propagate, trace
from opentelemetry.instrumentation.pika import PikaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from pika.channel import Channel


class PrintingChannel(Channel):
    def _send_method(self, method, content=None):
        headers = content[0].headers.items()
        print("pika:", {key: value.split("-")[1][:4] if key == "traceparent" else value for key, value in headers})


trace.set_tracer_provider(TracerProvider())
connection = SimpleNamespace(params=SimpleNamespace(host="127.0.0.1", port=5672), callbacks=pika.callback.CallbackManager())
channel = PrintingChannel(connection, 1, None)
channel._set_state(Channel.OPEN)
PikaInstrumentor.instrument_channel(channel)
PERSISTENT = pika.BasicProperties(delivery_mode=2)
first = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": "vendor=1", "baggage": "tenant=acme"}
second = {"traceparent": f"00-{'5c' * 16}-{'a3' * 8}-01"}
for request in first, second:
    token = context.attach(propagate.extract(request))
    channel.basic_publish("", "orders", b"x", PERSISTENT)
    context.detach(token)
PYTHON
cat > hop.cjs <<'JAVASCRIPT'
const { dirname, join } = require("node:path");
const { context, propagation, ROOT_CONTEXT } = require("@opentelemetry/api");
const { AmqplibInstrumentation } = require("@opentelemetry/instrumentation-amqplib");
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

new NodeTracerProvider().register();
new AmqplibInstrumentation().enable();
const { Channel } = require(join(dirname(require.resolve("amqplib")), "lib/channel_model.js"));
const channel = new Channel({});
channel.sendMessage = (fields, { headers }) => {
  const seen = {};
  for (const key in headers) seen[key] = key === "traceparent" ? headers[key].split("-")[1].slice(0, 4) : headers[key];
  console.log("amqplib:", seen);
};
const PERSISTENT = { persistent: true };
const first = { traceparent: `00-${"4b".repeat(16)}-${"a3".repeat(8)}-01`, tracestate: "vendor=1", baggage: "tenant=acme" };
const second = { traceparent: `00-${"5c".repeat(16)}-${"a3".repeat(8)}-01` };
for (const request of [first, second]) {
  context.with(propagation.extract(ROOT_CONTEXT, request), () => channel.sendToQueue("orders", Buffer.from("x"), PERSISTENT));
}
JAVASCRIPT
{
    venv/bin/python hop.py
    timeout 60 node hop.cjs
} | tee seen
diff seen - <<'EXPECTED'
pika: {'traceparent': '4b4b', 'tracestate': 'vendor=1', 'baggage': 'tenant=acme'}
pika: {'traceparent': '5c5c', 'tracestate': 'vendor=1', 'baggage': 'tenant=acme'}
amqplib: { traceparent: '4b4b', tracestate: 'vendor=1', baggage: 'tenant=acme' }
amqplib: { traceparent: '5c5c', tracestate: 'vendor=1', baggage: 'tenant=acme' }
EXPECTED
