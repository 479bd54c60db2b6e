"""The four services of the demo and their addresses."""

import os
import shutil
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

from .ports import LOOPBACK, free
from .service import Service

HERE = Path(__file__).parents[1]
TARGET = HERE.parents[1] / "target" / "demo"
LOGS = TARGET / "logs"
DSN = "https://4c79f60c11214eb38604f4ae0781bfb2@o42.ingest.example.test/1"


class Chain:
    """All services, started in order and stopped in reverse order."""

    def __init__(self, page_port=None):
        ports = free(4)
        self.ports = dict(zip(("page", "orders", "stranger", "stock"), [page_port or ports[0], *ports[1:]]))
        self.services = []
        self.environment = _environment({name: f"http://{LOOPBACK}:{port}" for name, port in self.ports.items()})

    @property
    def page(self):
        """The address that a visitor opens."""
        return self.environment["CHAIN_PAGE"]

    @property
    def api(self):
        """The origin of the orders API."""
        return self.environment["CHAIN_API"]

    @contextmanager
    def running(self):
        """Starts all services; stops them at the end, also on an error."""
        LOGS.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
            yield self
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the shutdown
            for service in reversed(self.services):
                service.stop()

    def _start(self):
        for name in ("page", "orders", "stranger"):
            self._add(name, _uvicorn(name, self.ports[name]))
        self._add("stock", _puma(self.ports["stock"]))
        for service in self.services:
            service.wait_until_ready()

    def _add(self, name, command):
        self.services.append(Service(name, self.ports[name], command, LOGS, cwd=HERE, env=self.environment))


def _uvicorn(name, port):
    """Without an access log, because the collector's traffic would fill it."""
    return [sys.executable, "-m", "uvicorn", f"backend.{name}:app", "--port", str(port), "--no-access-log"]


def _puma(port):
    bind = f"tcp://{LOOPBACK}:{port}"
    return ["puma", "--quiet", "--bind", bind, "--threads", "1:4", "--environment", "production", "service/config.ru"]


def _environment(origins):
    """The environment of each child: the addresses, the gem's folder, and no proxy, because all traffic is on loopback."""
    inherited = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return inherited | {
        "CHAIN_DSN": DSN,
        "CHAIN_PAGE": origins["page"],
        "CHAIN_API": origins["orders"],
        "CHAIN_STRANGER": origins["stranger"],
        "CHAIN_STOCK": origins["stock"],
        "CHAIN_PAGE_FILES": str(TARGET / "page"),
        "CHAIN_CHROMIUM": os.environ.get("CHAIN_CHROMIUM") or shutil.which("chromium") or "chromium",
        "GEM_HOME": str(TARGET / "gems"),
        "PYTHONUNBUFFERED": "1",
    }
