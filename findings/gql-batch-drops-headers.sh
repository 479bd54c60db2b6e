#!/bin/bash
# The Python GraphQL client drops the headers of an operation when it sends operations in batches.
#
# Guess: the headers that a caller passes to `execute` are sent with and without batches; a batch has those of one of its operations.
# Seen with gql 4.4.0: with `batch_interval` set, only the operation is put into the queue and `extra_args` is ignored without an
# error. The request carries the headers of the transport alone, so the trace ends even if the batch has one operation. It happens
# to the requests and the aiohttp transport. `execute_batch` of the session does send `extra_args`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'gql[aiohttp,requests]==4.4.0'
cat > hop.py <<'PYTHON'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.requests import RequestsHTTPTransport

received = []
query = gql("{ order }")
headers = {"headers": {"sentry-trace": "T"}}


class Echo(BaseHTTPRequestHandler):
    def do_POST(self):
        operations = json.loads(self.rfile.read(int(self.headers["content-length"])))
        received.append(self.headers["sentry-trace"])
        result = {"data": {"order": 1}}
        body = json.dumps([result] * len(operations) if isinstance(operations, list) else result).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def send(transport, interval):
    async with Client(transport=transport, batch_interval=interval) as session:
        await session.execute(query, extra_args=headers)


server = HTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
for interval in (0, 0.05):
    with Client(transport=RequestsHTTPTransport(url), batch_interval=interval) as session:
        session.execute(query, extra_args=headers)
    asyncio.run(send(AIOHTTPTransport(url), interval))
    print(f"batch_interval {interval}: requests sends {received[-2]}, aiohttp {received[-1]}")
with Client(transport=RequestsHTTPTransport(url)) as session:
    session.execute_batch([query], extra_args=headers)
print(f"execute_batch: {received[-1]}")
PYTHON
venv/bin/python hop.py | tee seen
diff seen - <<'EXPECTED'
batch_interval 0: requests sends T, aiohttp T
batch_interval 0.05: requests sends None, aiohttp None
execute_batch: T
EXPECTED
