#!/bin/bash
# Two proxies written in Python forward the last of two baggage lines only.
#
# Guess: both lines reach the service, as two lines or joined by a comma.
# Seen with Twisted 26.10.0 (`ReverseProxyResource`) and proxy.py 2.4.10: both keep a request's headers in a dict with one value for
# each name, so the last line replaces the first. If the application's own baggage is the last, the service receives sentry-trace
# without its sampling context and may decide differently. Twisted takes the lines from `getAllHeaders`, whose documentation names
# this loss; neither proxy's documentation does. Twisted also writes a name in lower case.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q Twisted==26.10.0 proxy.py==2.4.10
cat > hop.py <<'PYTHON'
import socket
import threading

from proxy import Proxy
from twisted.internet import reactor
from twisted.web import proxy, server

received = []
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(4096)
    return [line for line in head.decode().split("\r\n") if line.lower().startswith(("baggage", "sentry"))]


def serve():
    while True:
        connection, _ = listener.accept()
        received.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()


def ask(name, proxy_port, target):
    lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", "Sentry-Trace: T"]
    lines += ["baggage: sentry-sample_rand=0.25", "baggage: tenant=acme", "", ""]
    with socket.create_connection(("127.0.0.1", proxy_port)) as connection:
        connection.sendall("\r\n".join(lines).encode())
        while connection.recv(4096):
            pass
    print(f"{name}: {', '.join(received.pop())}", flush=True)


def ask_twisted():
    ask("Twisted", site.getHost().port, "/")
    reactor.callFromThread(reactor.stop)


if __name__ == "__main__":
    threading.Thread(target=serve, daemon=True).start()
    site = reactor.listenTCP(0, server.Site(proxy.ReverseProxyResource("127.0.0.1", port, b"")), interface="127.0.0.1")
    threading.Thread(target=ask_twisted, daemon=True).start()
    reactor.run()
    with Proxy(["--hostname", "127.0.0.1", "--port", "0", "--num-workers", "1", "--num-acceptors", "1", "--log-level", "ERROR"]) as other:
        ask("proxy.py", other.flags.port, f"http://127.0.0.1:{port}/")
PYTHON
venv/bin/python hop.py | tee seen
diff seen - <<'EXPECTED'
Twisted: sentry-trace: T, baggage: tenant=acme
proxy.py: Sentry-Trace: T, baggage: tenant=acme
EXPECTED
