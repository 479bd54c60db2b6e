"""Real brokers on free loopback ports, within a `with` block; Redis is in servers.py."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator

from servers import wait_for


@contextlib.contextmanager
def nats_server() -> Iterator[str]:
    """A NATS server without storage; yields its URL."""
    with _running("nats-server", "--addr", "127.0.0.1", "--port") as port:
        yield f"nats://127.0.0.1:{port}"


@contextlib.contextmanager
def mosquitto() -> Iterator[int]:
    """An MQTT broker for clients of this machine; yields its port."""
    with _running("mosquitto", "-p") as port:
        yield port


@contextlib.contextmanager
def _running(*command: str) -> Iterator[int]:
    """Runs a server whose command ends with its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
