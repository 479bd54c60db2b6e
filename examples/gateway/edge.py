"""The gateway as a process, in front of the services of the chain."""

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "chain"))

from runner.chain import DSN, Chain  # noqa: E402
from runner.ports import LOOPBACK, free  # noqa: E402
from runner.service import Service  # noqa: E402

TARGET = HERE.parents[1] / "target"
OUT = TARGET / "gateway"


class Edge:
    """nginx on a free port."""

    def __init__(self, template: Path, **facts: str):
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / "access.log").unlink(missing_ok=True)
        [self.port] = free(1)
        self.origin = f"http://{LOOPBACK}:{self.port}"
        facts |= {"PORT": str(self.port), "HERE": str(HERE)}
        config = re.sub(r"@([A-Z]+)@", lambda found: facts[found[1]], template.read_text())
        (OUT / template.stem).write_text(config)
        dist = TARGET / "dist"
        found = {"TRACEHOP_HEADER": str(dist / "tracehop.h"), "TRACEHOP_LIBRARY": str(dist / "libtracehop.so.0.2")}
        command = ["/usr/sbin/nginx", "-p", str(OUT), "-e", "error.log", "-c", template.stem]
        self.service = Service("gateway", self.port, command, OUT, env=os.environ | found)

    @contextmanager
    def running(self):
        """Starts nginx; stops it at the end."""
        try:
            self.service.wait_until_ready()
            yield self
        finally:
            self.service.stop()

    def last_line(self) -> dict[str, str]:
        """The facts of the last request; nginx logs it after it has sent the response."""
        httpx.get(f"{self.origin}/logged").raise_for_status()
        line = (OUT / "access.log").read_text().splitlines()[-1]
        return dict(re.findall(r"(\w+)=(\S*)", line))


@contextmanager
def shop():
    """The chain's services with the gateway in front of them."""
    chain = Chain()
    with chain.running():
        origins = {name: chain.environment[f"CHAIN_{key}"] for name, key in ORIGINS.items()}
        with Edge(HERE / "nginx.conf.in", DSN=DSN, **origins).running() as edge:
            yield chain, edge


ORIGINS = {"FRONT": "PAGE", "ORDERS": "API", "STRANGER": "STRANGER"}
