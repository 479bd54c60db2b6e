"""One process of the demo: started in its own process group with a log, and reliably stopped."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .ports import LOOPBACK

READY_SECONDS = 30
STOP_SECONDS = 5
TAIL_LINES = 30


class NotReady(Exception):
    """A service ended before it was ready, or did not become ready in time."""


class Service:
    """A child process that listens on one port."""

    def __init__(self, name, port, command, logs: Path, **popen):
        self.name = name
        self.port = port
        self.log = logs / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True, **popen
            )

    def wait_until_ready(self):
        """Returns when the port accepts connections."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._listens():
            if self.process.poll() is not None:
                raise NotReady(f"The service “{self.name}” ended with code {self.process.returncode} while it started.")
            if time.monotonic() > deadline:
                raise NotReady(f"The service “{self.name}” did not listen on port {self.port} in {READY_SECONDS} s.")
            time.sleep(0.05)

    def _listens(self):
        with socket.socket() as sock:
            return sock.connect_ex((LOOPBACK, self.port)) == 0

    def stop(self):
        """Terminates the whole group, and kills it if it does not end."""
        for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, None)):
            if self.process.poll() is not None:
                return
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue

    def last_lines(self):
        """The end of its log, for an error message."""
        return self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
