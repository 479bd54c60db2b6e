#!/bin/bash
# A message that is forwarded by Azure Service Bus's Python package carries its old traceparent and the new one under one name.
#
# Guess: an application property `traceparent` that one service sends is found under this name by the next, which may replace it.
# Seen with azure-servicebus 7.15.0 and azure-eventhub 5.15.1: names are sent as text and received as bytes, so `get("traceparent")`
# finds nothing. A service that copies the properties and sets `traceparent` has two keys in its dict, and both are sent with the
# same spelling. AMQP 1.0 (part 1, section 1.6.23) calls a map with two identical keys invalid. rhea 3.0.5 of another service
# reads the entry that comes last: the new one here, and the old one if the service writes its own before the copied ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile azure-servicebus==7.15.0 azure-eventhub==5.15.1
npm install --ignore-scripts --silent --no-audit rhea@3.0.5
cat > hop.py <<'PYTHON'
import sys

from azure.eventhub import EventData
from azure.eventhub._pyamqp import _decode as events_decode, _encode as events_encode
from azure.eventhub._transport._pyamqp_transport import PyamqpTransport as EventsTransport
from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage
from azure.servicebus._pyamqp import _decode, _encode
from azure.servicebus._transport._pyamqp_transport import PyamqpTransport


# What the packages do between a message and the socket.
def sent(properties):
    encoded = bytearray()
    message = ServiceBusMessage("x", application_properties=properties)
    _encode.encode_payload(encoded, PyamqpTransport.to_outgoing_amqp_message(message.raw_amqp_message))
    return bytes(encoded)


def received(encoded):
    return ServiceBusReceivedMessage(_decode.decode_payload(memoryview(encoded)), receiver=None).application_properties


event, encoded = EventData("x"), bytearray()
event.properties = {"traceparent": "first"}
events_encode.encode_payload(encoded, EventsTransport.to_outgoing_amqp_message(event.raw_amqp_message))
read = EventData._from_message(events_decode.decode_payload(memoryview(bytes(encoded)))).properties
print("Event Hubs:", read, file=sys.stderr)
came = received(sent({"traceparent": "first"}))
print("Service Bus:", came, file=sys.stderr)
for properties in ({**came, "traceparent": "second"}, {"traceparent": "second", **came}):
    print(sent(properties).hex())
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { createInterface } from "node:readline";
import rhea from "rhea";

for await (const line of createInterface({ input: process.stdin })) {
  const encoded = Buffer.from(line, "hex");
  const count = encoded.toString("latin1").split("traceparent").length - 1;
  console.log(`${count} keys, rhea:`, rhea.message.decode(encoded).application_properties);
}
JAVASCRIPT
{ venv/bin/python hop.py | node hop.mjs; } 2>&1 | tee seen
diff seen - <<'EXPECTED'
Event Hubs: {b'traceparent': b'first'}
Service Bus: {b'traceparent': b'first'}
2 keys, rhea: { traceparent: 'second' }
2 keys, rhea: { traceparent: 'first' }
EXPECTED
