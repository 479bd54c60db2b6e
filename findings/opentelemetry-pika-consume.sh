#!/bin/bash
# A worker that reads RabbitMQ by pika's generator loses the baggage of a message, and carries its trace into what follows.
#
# Guess: with OpenTelemetry's instrumentation `channel.consume()` gives a message the same context as a callback does: its trace,
# state and baggage until the next message or the end of the loop.
# Seen with opentelemetry-instrumentation-pika 0.66b1 and pika 1.4.4: for the generator the instrumentation takes the span alone
# from the message's context, so the requests for the message have no baggage, and a later service decides by itself what to keep.
# The context is removed only when the next message is taken. While the worker is idle, and after the loop, its requests join the
# trace of the last message. A callback of `basic_consume` has neither fault. The broker is a stand-in that delivers one message.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile pika==1.4.4 opentelemetry-instrumentation-pika==0.66b1 opentelemetry-sdk==1.45.1
cat > hop.py <<'PYTHON'
import socket
import threading

import pika
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.pika import PikaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from pika import frame
from pika.spec import Basic, BasicProperties, Channel, Connection

position = {"traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01", "tracestate": "vendor=1", "baggage": "sentry-sample_rate=0.5"}
answers = {
    Connection.StartOk: lambda: Connection.Tune(channel_max=0, frame_max=131072, heartbeat=0),
    Connection.Open: Connection.OpenOk,
    Channel.Open: Channel.OpenOk,
    Channel.Close: Channel.CloseOk,
    Connection.Close: Connection.CloseOk,
}


def broker(server):
    peer, _ = server.accept()
    peer.recv(8)
    start = Connection.Start(server_properties={}, mechanisms="PLAIN", locales="en_US")
    peer.sendall(frame.Method(0, start).marshal())
    data = b""
    while received := peer.recv(4096):
        data += received
        size, request = frame.decode_frame(data)
        while size:
            data = data[size:]
            method = type(request.method)
            if method in answers:
                peer.sendall(frame.Method(request.channel_number, answers[method]()).marshal())
            elif method is Basic.Cancel:
                peer.sendall(frame.Method(1, Basic.CancelOk(request.method.consumer_tag)).marshal())
            elif method is Basic.Consume:
                tag = request.method.consumer_tag
                peer.sendall(frame.Method(1, Basic.ConsumeOk(tag)).marshal())
                peer.sendall(frame.Method(1, Basic.Deliver(tag, 1, False, "", "orders")).marshal())
                peer.sendall(frame.Header(1, 1, BasicProperties(headers=position)).marshal() + frame.Body(1, b"x").marshal())
            size, request = frame.decode_frame(data)


def connect():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=broker, args=(server,), daemon=True).start()
    return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", server.getsockname()[1]))


def report(moment):
    headers = {}
    propagate.inject(headers)
    if "traceparent" in headers:
        headers["traceparent"] = headers["traceparent"].split("-")[1][:4]
    print(f"  {moment}: {headers or 'no trace'}")


def callback(channel, method, properties, body):
    report("message")
    channel.basic_cancel(method.consumer_tag)


trace.set_tracer_provider(TracerProvider())
PikaInstrumentor().instrument()
print("callback:")
connection = connect()
channel = connection.channel()
channel.basic_consume("orders", callback, auto_ack=True)
channel.start_consuming()
report("after")
connection.close()
print("generator:")
connection = connect()
channel = connection.channel()
for method, _, _ in channel.consume("orders", auto_ack=True, inactivity_timeout=0.5):
    report("message" if method else "idle")
    if not method:
        break
channel.cancel()
report("after")
connection.close()
PYTHON
timeout 60 venv/bin/python hop.py | tee seen
diff seen - <<'EXPECTED'
callback:
  message: {'traceparent': '4b4b', 'tracestate': 'vendor=1', 'baggage': 'sentry-sample_rate=0.5'}
  after: no trace
generator:
  message: {'traceparent': '4b4b', 'tracestate': 'vendor=1'}
  idle: {'traceparent': '4b4b', 'tracestate': 'vendor=1'}
  after: {'traceparent': '4b4b', 'tracestate': 'vendor=1'}
EXPECTED
