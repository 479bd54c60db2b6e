"""The overhead of a trace in the gateway: wrk requests the same response with and without the library, in turns.

Besides requests per second it measures the processor time that nginx's one worker spends on a request, which other work
on the machine affects less.
"""

import os
import re
import subprocess
import sys
from statistics import median
from urllib.request import urlopen

from edge import HERE, Edge

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
ROUNDS = 5
PATHS = {
    "plain": "nginx passes the request on",
    "lua": "Lua reads all headers and sets two, without the library",
    "continued": "the caller is trusted: its trace is continued",
    "replaced": "the caller is not: a new trace with a link",
}
TRACE = "771a43a4192642f0b136d5159a501700"
HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate, br",
    "accept-language": "en-GB,en;q=0.9",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "referer": "https://shop.example.test/orders",
    "sentry-trace": f"{TRACE}-1234567890abcdef-1",
    "baggage": f"tenant=acme,sentry-trace_id={TRACE},sentry-public_key=key,sentry-sample_rate=0.5,sentry-sample_rand=0.25,"
    "sentry-sampled=true,sentry-release=shop%402.0,sentry-environment=production",
}


def worker(edge: Edge) -> str:
    """The process id of nginx's worker, which exists after its first response."""
    master = edge.service.process.pid
    urlopen(f"{edge.origin}/plain").close()
    with open(f"/proc/{master}/task/{master}/children") as children:
        return children.read().split()[0]


def processor_seconds(process: str) -> float:
    """The processor time of a process, in user mode and in the kernel."""
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(edge: Edge, process: str, path: str) -> tuple[float, float]:
    """Requests per second, and microseconds of the worker's processor time per request."""
    given = [option for name, value in HEADERS.items() for option in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", *given, f"{edge.origin}/{path}"]
    before = processor_seconds(process)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent = processor_seconds(process) - before
    assert "Non-2xx" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), spent / int(re.search(r"(\d+) requests in", said)[1]) * 1e6


def main() -> None:
    """Prints a table."""
    with Edge(HERE / "bench.conf.in").running() as edge:
        process = worker(edge)
        rounds = {path: [] for path in PATHS}
        for _ in range(ROUNDS):
            for path in PATHS:
                rounds[path].append(measure(edge, process, path))
    figures = {path: [median(column) for column in zip(*measured)] for path, measured in rounds.items()}
    plain = figures["plain"]
    print("| path | requests/s | of plain | processor time | more than plain |\n|---|---|---|---|---|")
    for path, (rate, cost) in figures.items():
        print(f"| {path}: {PATHS[path]} | {rate:,.0f} | {rate / plain[0]:.2f} | {cost:.1f} µs | {cost - plain[1]:+.1f} µs |")


if __name__ == "__main__":
    main()
