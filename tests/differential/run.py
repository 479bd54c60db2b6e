"""Gives tracehop and the real SDKs the same inputs, and fails if a result is not the one that the rules choose.

A peer is compared with the reference reader under the peer's own switches (`model.py`, `hops.py`), tracehop with no
switch. So a switch names each difference between tracehop and a peer, with its rule.

With the arguments COUNT SEED... it reads COUNT generated pages of each seed, and nothing else.
"""

import json
import subprocess
import sys
from collections import Counter

import generate
import hops
import model
import pages

READERS = {
    "sentry_trace": (model.sentry_trace, model.SENTRY_TRACE),
    "baggage": (model.baggage, model.BAGGAGE),
    "traceparent": (model.traceparent, model.TRACEPARENT),
}
HEADERS = {"sentry_trace": "sentry-trace", "baggage": "baggage", "traceparent": "traceparent"}


class Side:
    """One side: a program that writes a line of JSON for each line of JSON."""

    def __init__(self, name, *command):
        self.name, self.command = name, command

    def ask(self, requests):
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        answers = subprocess.run(self.command, input=lines, capture_output=True, text=True)
        if answers.returncode:
            sys.exit(f"{self.name} failed: {answers.stderr[-2000:]}")
        return [json.loads(line) for line in answers.stdout.splitlines()]

    def read(self, kind, values):
        answers = self.ask({"kind": kind, "value": value} for value in values)
        return [dict(answer) for answer in answers] if kind == "baggage" else answers


class Report:
    def __init__(self):
        self.failures, self.used = 0, Counter()

    def fail(self, what, given, answer, expected):
        self.failures += 1
        if self.failures <= 20:
            print(f"DIFFERS: {what}\n  given    {given!r}\n  answered {answer!r}\n  expected {expected!r}")

    def count(self, reader, given, switches):
        """Counts the switches that change the reading."""
        reading = reader(given, switches)
        if reading == reader(given, frozenset()):
            return False
        self.used.update(switch for switch in switches if reader(given, switches - {switch}) != reading)
        return True


def read_same(report, tracehop, peers, kind, values):
    """Checks that tracehop reads every input by the rules, and a peer by its switches."""
    reader, tables = READERS[kind]
    for value, answer in zip(values, tracehop.read(kind, values), strict=True):
        if answer != reader(value):
            report.fail(f"tracehop reads {kind}", value, answer, reader(value))
    for peer in (peer for peer in peers if peer.name in tables):
        switches, chosen = frozenset(tables[peer.name]), 0
        for value, answer in zip(values, peer.read(kind, values), strict=True):
            chosen += report.count(reader, value, switches)
            if answer != reader(value, switches):
                report.fail(f"{peer.name} reads {kind}", value, answer, reader(value, switches))
        print(f"{kind}: {len(values)} read by tracehop and {peer.name}, {chosen} differ as the rules choose")


def hop_same(report, tracehop, peers):
    """Checks that a whole hop forwards what the rules, or the peer's switches, say."""
    cases = list(hops.cases())
    for side in [tracehop, *(peer for peer in peers if peer.name in hops.PEERS)]:
        switches, chosen = frozenset(hops.PEERS.get(side.name, ())), 0
        for case, answer in zip(cases, side.ask(cases), strict=True):
            expected = hops.expected(case, switches)
            chosen += report.count(hops.expected, case, switches)
            if not hops.agrees(expected, answer):
                report.fail(f"{side.name} hops", case, answer, expected)
        print(f"hop: {len(cases)} done by {side.name}, {chosen} differ as the rules choose")


def pages_same(report, tracehop, parse5, count=4_000, seed=20_240):
    """Checks that tracehop finds the same tags in a page as a browser's parser."""
    requests = [{"kind": "page", "value": page} for page in pages.pages(count, seed)]
    found = parse5.ask(requests)
    for request, answer, expected in zip(requests, tracehop.ask(requests), found, strict=True):
        if answer != expected:
            report.fail("tracehop reads a page", request["value"], answer, expected)
    print(f"pages: {len(requests)} read by tracehop and parse5, tags in {sum(each != [None, None] for each in found)}")


def they_write(report, tracehop, peers, facts):
    """Checks that tracehop reads the peers' headers with their meaning."""
    written = []
    for peer in peers:
        headers = peer.ask({"kind": "write"} | fact for fact in facts)
        written += headers
        meant = {
            "sentry_trace": lambda fact: [fact["trace_id"], fact["span_id"], fact["sampled"]],
            "baggage": lambda fact: dict(fact["members"]),
            "traceparent": lambda fact: [fact["trace_id"], fact["span_id"], fact["sampled"] or None],
        }
        for kind, name in HEADERS.items():
            pairs = [(fact, header[name]) for fact, header in zip(facts, headers, strict=True) if name in header]
            for (fact, value), answer in zip(pairs, tracehop.read(kind, [value for _, value in pairs]), strict=True):
                if answer != meant[kind](fact):
                    report.fail(f"{peer.name} wrote {kind}", value, answer, meant[kind](fact))
        print(f"write: {len(headers)} facts written by {peer.name}, read by tracehop")
    return [headers for headers in written if "sentry-trace" in headers]


def we_write(report, tracehop, peers, facts, incoming):
    """Checks that the peers read tracehop's headers with their meaning: as head of a trace, and as a forwarding hop."""
    requests = [head(fact) for fact in facts] + [{"kind": "hop", "options": {}, "headers": each} for each in incoming]
    answers = tracehop.ask(requests)
    meant = {
        "sentry_trace": lambda answer: answer["meant"],
        "baggage": lambda answer: dict(answer["members"]),
        "traceparent": lambda answer: [*answer["meant"][:2], answer["meant"][2] or None],
    }
    for peer, (kind, name) in ((peer, pair) for peer in peers for pair in HEADERS.items()):
        if peer.name not in READERS[kind][1]:
            continue
        pairs = [(answer, answer["headers"][name]) for answer in answers if name in answer["headers"]]
        for (answer, value), reading in zip(pairs, peer.read(kind, [value for _, value in pairs]), strict=True):
            if reading != meant[kind](answer):
                report.fail(f"{peer.name} reads our {kind}", value, reading, meant[kind](answer))
        print(f"write: {len(pairs)} of our {name} headers read by {peer.name}")


def head(fact):
    members = dict(fact["members"])
    options = {"dsn": "https://key@o1.ingest.sentry.io/2", "traces_sample_rate": 0.25}
    options |= {name: members[name] for name in ("release", "environment") if name in members}
    request = {"kind": "hop", "options": options, "headers": {}, "seed": fact["trace_id"] + fact["span_id"]}
    return request | {"decision": fact["sampled"], "transaction": members.get("transaction")}


def main():
    rust, python, node, scripts, *long_run = sys.argv[1:]
    tracehop, parse5 = Side("tracehop", rust, "tracehop"), Side("parse5", node, f"{scripts}/parse5.mjs")
    report = Report()
    if long_run:
        count, *seeds = map(int, long_run)
        for seed in seeds:
            pages_same(report, tracehop, parse5, count, seed)
        sys.exit(min(report.failures, 1))
    peers = [
        Side("sentry-sdk", python, "peers/sentry_python.py"),
        Side("@sentry/core", node, f"{scripts}/sentry_javascript.mjs"),
        Side("sentry-core", rust, "sentry-core"),
        Side("opentelemetry", rust, "opentelemetry"),
    ]
    inputs = generate.inputs()
    for kind in READERS:
        read_same(report, tracehop, peers, kind, inputs[kind])
    hop_same(report, tracehop, peers)
    pages_same(report, tracehop, parse5)
    written = they_write(report, tracehop, peers, inputs["write"])
    we_write(report, tracehop, peers, inputs["write"], written)
    print("differences that the rules choose, and in how many inputs each alone decides:")
    for switch, (rule, text) in (model.CHOSEN | hops.CHOSEN).items():
        print(f"  {report.used[switch]:5} {rule:7} {switch}: {text}")
    unused = (model.CHOSEN | hops.CHOSEN).keys() - report.used.keys()
    sys.exit(f"{report.failures} failures, switches without use: {sorted(unused)}" if report.failures or unused else 0)


main()
