"""Whole requests under load, by wrk on loopback: bare, with tracehop, and with the official SDK; in turns within one run.

run.py ROUNDS writes JSON: medians of requests a second and of the server's CPU microseconds a request, and the median of the
ratios of the latter to the bare app's, which depend little on other load.
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
OUT = HERE.parent.parent / "target/bench"
WORK = json.loads((HERE.parent / "workloads.json").read_text())
HEADERS = {"sentry-trace": WORK["sentry_trace"][0], "baggage": WORK["baggage"][0], **WORK["extra_headers"]}
# Headers that would make wrk announce a body that it does not have, or name another host.
HEADERS = {name: value for name, value in HEADERS.items() if name not in ("host", "content-length", "connection")}
SUBJECTS = ("bare", "tracehop", "official SDK")


def servers(port: int) -> dict[str, list]:
    uvicorn = [sys.executable, "-m", "uvicorn", "app:app", "--port", port, "--log-level", "error", "--no-access-log"]
    puma = ["puma", "--quiet", "--threads", "1:1", "--bind", f"tcp://127.0.0.1:{port}", "config.ru"]
    return {"Starlette on uvicorn": uvicorn, "Rack on Puma": puma}


@contextlib.contextmanager
def served(app: str, subject: str) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = os.environ | {"SUBJECT": subject, "PYTHONPATH": str(OUT / "wheel"), "RUBYLIB": str(OUT / "ruby")}
    command = [str(part) for part in servers(port)[app]]
    with subprocess.Popen(command, cwd=HERE, env=env, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/", server.pid
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError("the server does not respond")


def processor_time(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(url: str, pid: int) -> dict[str, float]:
    """One second of requests."""
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    before = processor_time(pid)
    done = subprocess.run(
        ["wrk", "-t1", "-c8", "-d1s", *headers, url], check=True, capture_output=True, text=True
    ).stdout
    assert "Non-2xx" not in done and "Socket errors" not in done, done
    requests = int(re.search(r"(\d+) requests in", done)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
    return {"rps": rate, "us": (processor_time(pid) - before) * 1e6 / requests}


def measured(app: str, rounds: int) -> dict:
    with contextlib.ExitStack() as stack:
        servers = {subject: stack.enter_context(served(app, subject)) for subject in SUBJECTS}
        for server in servers.values():
            load(*server)
        seen = [{subject: load(*server) for subject, server in servers.items()} for _ in range(rounds)]
    return {
        subject: {key: median(each[subject][key] for each in seen) for key in ("rps", "us")}
        | {"ratio": median(each[subject]["us"] / each["bare"]["us"] for each in seen)}
        for subject in SUBJECTS
    }


if __name__ == "__main__":
    json.dump({app: measured(app, int(sys.argv[1])) for app in servers(0)}, sys.stdout, indent=1)
