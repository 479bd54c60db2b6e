"""The evidence: observations of the browser, of curl and of the collector."""

import json
import subprocess
import time
from dataclasses import dataclass
from types import SimpleNamespace

import httpx

from waterfall.spans import Span

from .chain import HERE

ARRIVAL_SECONDS = 15

# None of them may be continued, and none may change the response.
MALFORMED = (
    b"not-a-trace",
    b"771A43A4192642F0B136D5159A501700-1000000000000000-1",
    b"771a43a4192642f0b136d5159a501700-1000000000000000-2",
    b"00000000000000000000000000000000-1000000000000000-1",
    b"\xff\xfe771a43a4192642f0b136d5159a501700\xc3\x28",
)


class NoBrowser(Exception):
    """The browser's part failed."""


@dataclass
class Evidence:
    """All data that the checks read."""

    browser: str
    tags: dict[str, str]
    shown: str
    requests: list[SimpleNamespace]
    problems: list[str]
    curls: list[SimpleNamespace]
    spans: list[Span]
    recorded: list[dict]

    def request(self, step, path):
        """The request that the browser sent to this path in that step."""
        for request in self.requests:
            if request.step == step and request.url.endswith(path):
                return request
        raise LookupError(f"the browser sent nothing to {path} in “{step}”")

    def span(self, **facts):
        """The span that has all these facts."""
        for span in self.spans:
            if all(getattr(span, name) == fact for name, fact in facts.items()):
                return span
        raise LookupError("no span has " + ", ".join(f"{name} {fact}" for name, fact in facts.items()))


def gather(chain):
    """Plays the visitor, and a stranger with curl, and waits until every service has reported its spans."""
    seen = browse(chain)
    curls = [curl(chain, value) for value in MALFORMED]
    expected = {answer["trace_id"] for answer in _orders(seen["requests"])} | {curl.trace_id for curl in curls}
    requests = [SimpleNamespace(**request) for request in seen.pop("requests")]
    return Evidence(**seen, requests=requests, curls=curls, spans=collect(chain, expected), recorded=recorded(chain, expected))


def browse(chain):
    """Runs the visitor in Chromium and returns its output."""
    done = subprocess.run(["node", "drive/browse.mjs"], cwd=HERE, env=chain.environment, capture_output=True, text=True)
    if done.returncode:
        raise NoBrowser(done.stderr.strip() or f"The visitor ended with code {done.returncode}.")
    return json.loads(done.stdout)


def curl(chain, value):
    """Sends one order with curl, with a `sentry-trace` of these bytes."""
    command = ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", f"{chain.api}/orders"]
    command += ["--json", '{"tea": "sencha"}', "--header", b"sentry-trace: " + value]
    done = subprocess.run(command, env=chain.environment, capture_output=True, check=True)
    body, _, status = done.stdout.decode().rpartition("\n")
    trace_id = json.loads(body)["trace_id"] if status == "200" else None
    return SimpleNamespace(value=value, status=int(status), trace_id=trace_id)


def collect(chain, expected):
    """The collector's spans, after the last service of each expected trace has reported or the time is over."""
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while True:
        spans = [Span(**fact) for fact in httpx.get(f"{chain.page}/collector/spans.json", trust_env=False).json()]
        if expected <= {span.trace_id for span in spans if span.service == "stock"} or time.monotonic() > deadline:
            return spans
        time.sleep(0.1)


def recorded(chain, expected):
    """The spans that the SDK of the orders service recorded; it sends them about a second later."""
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while True:
        spans = httpx.get(f"{chain.page}/collector/recorded.json", trust_env=False).json()
        if expected <= {span["trace_id"] for span in spans} or time.monotonic() > deadline:
            return spans
        time.sleep(0.1)


def _orders(requests):
    return [request["answer"] for request in requests if request["answer"] and "stock" in request["answer"]]
