#!/bin/bash
# MQTT clients drop the trace of a message without an error if they speak MQTT 3.1.1, as most do by default.
#
# Guess: a client that is given user properties for a message either speaks MQTT 5, which has them, or raises an error.
# Seen with mqtt 5.16.0 (JavaScript), paho-mqtt 2.2.0, aiomqtt 2.5.1 and gmqtt 0.8.0: the first three connect with 3.1.1 unless they
# are told otherwise, publish the message without its properties and report success. gmqtt speaks 5; if the broker refuses that, it
# connects again with 3.1.1 and drops the properties from then on, so the traces end when a service moves to another broker.
# The broker is aedes 1.2.0, which speaks 3.1.1 only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile paho-mqtt==2.2.0 aiomqtt==2.5.1 gmqtt==0.8.0
npm install --ignore-scripts --silent --no-audit mqtt@5.16.0 aedes@1.2.0
cat > publish.py <<'PYTHON'
import asyncio
import logging
import sys

import aiomqtt
import gmqtt
import paho.mqtt.client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

logging.disable(logging.CRITICAL)
port = int(sys.argv[1])
properties = Properties(PacketTypes.PUBLISH)
properties.UserProperty = [("sentry-trace", "T")]


def with_paho():
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    message = client.publish("paho-mqtt", "x", qos=1, properties=properties)
    message.wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


async def with_aiomqtt():
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.publish("aiomqtt", "x", qos=1, properties=properties)


async def with_gmqtt():
    client, connected = gmqtt.Client("gmqtt"), asyncio.Event()
    client.on_connect = lambda *arguments: connected.set()
    await client.connect("127.0.0.1", port)
    await asyncio.wait_for(connected.wait(), 20)
    client.publish("gmqtt", "x", user_property=("sentry-trace", "T"))
    await client.disconnect()


with_paho()
asyncio.run(with_aiomqtt())
asyncio.run(with_gmqtt())
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Aedes } from "aedes";
import mqtt from "mqtt";

const broker = await Aedes.createBroker();
let offered = [];
broker.on("publish", (packet, client) => {
  if (!client) return;
  console.log(`${packet.topic}: offered ${offered.join(", then ")}; properties ${packet.properties}`);
  offered = [];
});
const server = createServer((socket) => {
  socket.once("data", (connect) => offered.push(connect[8] === 5 ? "5" : "3.1.1"));
  broker.handle(socket);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
await client.publishAsync("mqtt", "x", { qos: 1, properties: { userProperties: { "sentry-trace": "T" } } });
const [code] = await once(spawn("venv/bin/python", ["publish.py", port], { stdio: ["ignore", "ignore", "inherit"] }), "exit");
process.exit(code);
JAVASCRIPT
timeout 100 node hop.mjs | tee seen
diff seen - <<'EXPECTED'
mqtt: offered 3.1.1; properties undefined
paho-mqtt: offered 3.1.1; properties undefined
aiomqtt: offered 3.1.1; properties undefined
gmqtt: offered 5, then 3.1.1; properties undefined
EXPECTED
