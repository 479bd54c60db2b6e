#!/bin/bash
# webstomp-client offers STOMP 1.2 to the broker and does not decode its escapes, so a colon in `baggage` arrives as `\c`.
#
# Guess: a client that connects with `accept-version:1.2` writes a colon of a header value as `\c` and reads `\c` as a colon, as
# STOMP 1.2 asks; `baggage: page=https://shop.example/a` arrives as it was sent.
# Seen with webstomp-client 1.2.6, @stomp/stompjs 7.5.0 and stomp.py 9.0.0: stomp.py and stompjs do so. webstomp-client splits a
# header line at its first colon and takes the rest as it is; it sends a colon unescaped. So the value that stomp.py sent is
# `page=https\c//shop.example/a` there. A service that forwards it sends a backslash, which W3C Baggage does not allow.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q stomp.py==9.0.0
npm install --silent --no-audit webstomp-client@1.2.6 @stomp/stompjs@7.5.0
cat > send.py <<'PYTHON'
import socket
import threading

import stomp

# The server's side of a connection: it answers CONNECT and prints the header of the frame that follows.
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        received = b""
        while b"\nbaggage:" not in received or not received.endswith(b"\n\n"):
            received += lines.readline()
            if received.startswith((b"CONNECT", b"STOMP")) and received.endswith(b"\n\n") and b"SEND" not in received:
                connection.sendall(b"CONNECTED\nversion:1.2\n\n\0")
        print(next(line for line in received.decode().splitlines() if line.startswith("baggage:")))


server = threading.Thread(target=serve)
server.start()
client = stomp.Connection12([listener.getsockname()])
client.connect(wait=True)
client.send("/queue/orders", "x", headers={"baggage": "page=https://shop.example/a"})
server.join()
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { Client } from "@stomp/stompjs";
import webstomp from "webstomp-client";

// A WebSocket whose other side answers CONNECT with version 1.2 and SUBSCRIBE with one message.
class Socket {
  binaryType = "";
  protocol = "v12.stomp";
  readyState = 1;
  set onopen(opened) {
    setTimeout(opened);
  }
  send(frame) {
    const text = frame.toString();
    if (text.startsWith("CONNECT")) this.answer("CONNECTED\nversion:1.2\n\n\0");
    const message = `MESSAGE\nsubscription:0\nmessage-id:1\ndestination:/queue/orders\n${process.argv[2]}\n\nx\0`;
    if (text.startsWith("SUBSCRIBE")) this.answer(message);
    if (text.startsWith("SEND")) console.log(`${this.name} sends: ${text.match(/^baggage:(.*)$/m)[1]}`);
  }
  answer(data) {
    setTimeout(() => this.onmessage({ data }));
  }
  close() {}
}

function use(name, client, send) {
  client.subscribe("/queue/orders", (message) => {
    console.log(`${name} reads: ${message.headers.baggage}`);
    send({ baggage: "page=https://shop.example/a" });
    next();
  }, { id: "0" });
}

const steps = [
  () => {
    const socket = Object.assign(new Socket(), { name: "stompjs" });
    const client = new Client({ webSocketFactory: () => socket, heartbeatIncoming: 0, heartbeatOutgoing: 0, reconnectDelay: 0 });
    client.onConnect = () => use("stompjs", client, (headers) => client.publish({ destination: "/queue/orders", headers }));
    client.activate();
  },
  () => {
    const client = webstomp.over(Object.assign(new Socket(), { name: "webstomp-client" }), { debug: false, heartbeat: false });
    client.connect({}, () => use("webstomp-client", client, (headers) => client.send("/queue/orders", "x", headers)));
  },
  () => process.exit(0),
];
const next = () => setTimeout(steps.shift());
next();
JAVASCRIPT
line=$(venv/bin/python send.py)
{
    echo "stomp.py sends: ${line#baggage:}"
    node hop.mjs "$line"
} | tee seen
diff seen - <<'EXPECTED'
stomp.py sends: page=https\c//shop.example/a
stompjs reads: page=https://shop.example/a
stompjs sends: page=https\c//shop.example/a
webstomp-client reads: page=https\c//shop.example/a
webstomp-client sends: page=https://shop.example/a
EXPECTED
