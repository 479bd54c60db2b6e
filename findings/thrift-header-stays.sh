#!/bin/bash
# A header that is set once is sent with one call by Thrift's Python library, and with every later call by its JavaScript library.
#
# Guess: both libraries of one project send a header either with the next call only or until it is cleared.
# Seen with thrift 0.25.0 for Python and thrift 0.24.0 for JavaScript: both have THeader, which carries headers beside a call.
# Python forgets them when it has sent the call. JavaScript keeps them until `clearWriteHeaders`, so a trace that is set for one
# request also goes out with the calls of later requests that have none, and joins them to it. The calls are written as generated
# code writes them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q thrift==0.25.0
npm install --silent --no-audit thrift@0.24.0
cat > client.mjs <<'JAVASCRIPT'
import net from "node:net";
import thrift from "thrift";

const socket = net.connect(Number(process.argv[2]), "127.0.0.1", () => {
  const output = new thrift.TBufferedTransport(undefined, (bytes) => socket.write(bytes));
  const ping = (number) => {
    const protocol = new thrift.THeaderProtocol(output);
    protocol.writeMessageBegin("ping", thrift.Thrift.MessageType.CALL, number);
    protocol.writeStructBegin("arguments");
    protocol.writeFieldStop();
    protocol.writeStructEnd();
    protocol.writeMessageEnd();
    protocol.flush();
  };
  output.setWriteHeader("sentry-trace", "T");
  ping(1);
  ping(2);
  output.clearWriteHeaders();
  ping(3);
  socket.end();
});
JAVASCRIPT
cat > server.py <<'PYTHON'
import subprocess

from thrift.protocol.THeaderProtocol import THeaderProtocolFactory
from thrift.Thrift import TMessageType, TType
from thrift.transport.TSocket import TServerSocket, TSocket

listener = TServerSocket(host="127.0.0.1", port=0)
listener.listen()
port = listener.handle.getsockname()[1]
factory = THeaderProtocolFactory()


def receive(client, count):
    protocol = factory.getProtocol(listener.accept())
    for number in range(1, count + 1):
        protocol.readMessageBegin()
        protocol.readStructBegin()
        assert protocol.readFieldBegin()[1] == TType.STOP
        protocol.readStructEnd()
        protocol.readMessageEnd()
        print(f"{client}, call {number}: {protocol.get_headers().get(b'sentry-trace', b'none').decode()}")


def ping(protocol, number):
    protocol.writeMessageBegin("ping", TMessageType.CALL, number)
    protocol.writeStructBegin("arguments")
    protocol.writeFieldStop()
    protocol.writeStructEnd()
    protocol.writeMessageEnd()
    protocol.trans.flush()


client = factory.getProtocol(TSocket("127.0.0.1", port))
client.trans.open()
client.set_header(b"sentry-trace", b"T")
ping(client, 1)
ping(client, 2)
receive("Python", 2)
with subprocess.Popen(["node", "client.mjs", str(port)]):
    receive("JavaScript", 3)
PYTHON
venv/bin/python server.py | tee seen
diff seen - <<'EXPECTED'
Python, call 1: T
Python, call 2: none
JavaScript, call 1: T
JavaScript, call 2: T
JavaScript, call 3: none
EXPECTED
