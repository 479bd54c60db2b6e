#!/bin/bash
# Of two `baggage` values in a NATS message the Python client keeps the last, and `get` of the JavaScript client the first.
#
# Guess: a message whose header the JavaScript client gave two values reaches a Python subscriber with both values, or with the
# one that `get` of JavaScript returns.
# Seen with nats 2.29.3 for JavaScript and nats-py 2.16.0: JavaScript sends one line per value, returns all of them from `values`
# and the first from `get`. Python makes a dict of the lines, in which the last replaces the first, so a subscriber does not see
# the first. Two subscribers of one message then continue its trace with different baggage. The broker, which passes headers on as
# bytes, is a few lines of the script.
set -euo pipefail
folder=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill "$broker"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q nats-py==2.16.0
npm install --silent --no-audit nats@2.29.3
cat > broker.py <<'PYTHON'
import asyncio
import os

subscribers = []


async def client(reader, writer):
    writer.write(b'INFO {"server_id": "x", "version": "2.10.0", "proto": 1, "headers": true, "max_payload": 65536}\r\n')
    async for line in reader:
        command, *words = line.decode().split()
        if command == "PING":
            writer.write(b"PONG\r\n")
        elif command == "SUB":
            subscribers.append((writer, words[-1]))
        elif command == "HPUB":
            subject, *sizes = words
            content = await reader.readexactly(int(sizes[-1]) + 2)
            for subscriber, number in subscribers:
                subscriber.write(f"HMSG {subject} {number} {' '.join(sizes)}\r\n".encode() + content)


async def main():
    server = await asyncio.start_server(client, "127.0.0.1", 0)
    with open("port.new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename("port.new", "port")
    await server.serve_forever()


asyncio.run(main())
PYTHON
cat > subscriber.py <<'PYTHON'
import asyncio
import sys

import nats


async def main():
    connection = await nats.connect(f"nats://127.0.0.1:{sys.argv[1]}")
    subscription = await connection.subscribe("orders")
    await connection.flush()
    print("ready", flush=True)
    message = await subscription.next_msg(timeout=20)
    print("Python:", message.headers)


asyncio.run(main())
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { connect, headers } from "nats";

const python = spawn("venv/bin/python", ["subscriber.py", process.argv[2]], { stdio: ["ignore", "pipe", "inherit"] });
const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
await lines.next();
const connection = await connect({ servers: `127.0.0.1:${process.argv[2]}` });
const subscription = connection.subscribe("orders", { max: 1 });
await connection.flush();
const sent = headers();
sent.append("baggage", "tenant=acme");
sent.append("baggage", "sentry-sample_rand=0.25");
connection.publish("orders", "x", { headers: sent });
for await (const message of subscription) {
  console.log("JavaScript, get:", message.headers.get("baggage"));
  console.log("JavaScript, values:", message.headers.values("baggage"));
}
console.log((await lines.next()).value);
process.exit(0);
JAVASCRIPT
venv/bin/python broker.py & broker=$!
until [ -f port ]; do sleep 0.1; done
node hop.mjs "$(cat port)" | tee seen
diff seen - <<'EXPECTED'
JavaScript, get: tenant=acme
JavaScript, values: [ 'tenant=acme', 'sentry-sample_rand=0.25' ]
Python: {'baggage': 'sentry-sample_rand=0.25'}
EXPECTED
