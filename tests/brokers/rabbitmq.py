"""A separate RabbitMQ on free ports, which writes into its own folder only."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

START = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[int]:
    """Yields its port."""
    port, names = free_port(), free_port()
    (folder / "plugins").write_text("[].\n")
    settings = {
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_NODENAME": f"tracehop-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
    }
    with (folder / "out").open("wb") as out:
        # Otherwise the broker would start Erlang's name daemon, which outlives it.
        daemon = subprocess.Popen(["/usr/bin/epmd", "-port", str(names), "-address", "127.0.0.1"], stdout=out, stderr=out)
        broker = subprocess.Popen(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"], env=os.environ | settings, stdout=out, stderr=out, start_new_session=True
        )
        try:
            _wait_for(port, broker, folder / "out")
            yield port
        finally:
            for process in (broker, daemon):
                process.terminate()
            for process in (broker, daemon):
                process.wait(timeout=START)


def _wait_for(port: int, broker: subprocess.Popen[bytes], out: Path) -> None:
    """Waits until it answers the greeting of AMQP."""
    deadline = time.monotonic() + START
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            if connection.recv(1):
                return
        if broker.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(out.read_text())
        time.sleep(0.2)
