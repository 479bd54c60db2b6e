"""With the official SDK in the process: one trace, one writer, and the ids of the spans that the SDK records."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import servers

HERE = Path(__file__).parent
TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
INCOMING = {
    "sentry-trace": f"{TRACE}-{SPAN}-1",
    "baggage": f"other=1,sentry-trace_id={TRACE},sentry-public_key=up,sentry-sample_rand=0.250000,sentry-sampled=true",
}
FRAMEWORKS = ["flask", "django", "fastapi"]
RATES = [None, 0.0, 0.5, 1.0]
CLIENTS = ["requests", "httpx", "urllib3", "aiohttp", "urllib", "celery"]
NAMES = ("sentry-trace", "baggage")
SetUp = tuple[bool, bool, str | None]
# Integration or not, clients set up before the SDK or not, and the SDK's release if it is not the newest.
SET_UPS: list[SetUp] = [(True, True, None), (True, False, None), (False, True, None), (False, False, None), (True, False, "2.50.0")]


def receiver(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Responds with the trace headers of a request, line by line."""
    start_response("200 OK", [("Content-Type", "application/json")])
    lines = environ["tracehop.test.lines"]
    return [json.dumps([[name, value] for name, value in lines if name.lower() in NAMES]).encode()]


class Lines(servers.Quiet):
    """Keeps the received lines; WSGI joins those of one name."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "tracehop.test.lines": self.headers.items()}


def get(url: str, headers: dict[str, str] | None = None) -> Any:
    """Sends a request from a process without the SDK."""
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
        connection.request("GET", parts.path or "/", headers=headers or {})
        response = connection.getresponse()
        body = response.read()
    assert response.status == 200, body
    return json.loads(body)


class Service:
    """A process that runs sdk_service.py."""

    def __init__(self, receiver_url: str, integration: bool, clients_first: bool, release: str | None = None) -> None:
        set_up = {"receiver": receiver_url, "integration": integration, "clients_first": clients_first}
        self.integration = integration
        command = [sys.executable, "-W", "ignore", "sdk_service.py", json.dumps(set_up)]
        path = [] if release is None else [str(Path(sys.prefix) / "sentry-sdk" / release)]
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, *filter(None, [os.environ.get("PYTHONPATH")])])}
        self.process = subprocess.Popen(command, cwd=HERE, env=environ, stdin=-1, stdout=-1, text=True)

    def run(self) -> list[dict[str, Any]]:
        """Runs every case: the responses and the records."""
        assert self.process.stdout
        urls = json.loads(self.process.stdout.readline())
        cases = []
        for rate in RATES:
            get(f"{urls['control']}/{json.dumps(rate)}")
            for framework in FRAMEWORKS:
                for headers in (INCOMING, {}):
                    case = {"rate": rate, "framework": framework, "incoming": bool(headers), **get(urls[framework], headers)}
                    cases.append({**case, **self._recorded(urls["control"], case)})
        return cases

    def _recorded(self, control: str, case: dict[str, Any]) -> dict[str, Any]:
        """Returns the records of a case; a transaction ends shortly after its response."""
        recorded = get(control)
        is_sampled = case["rate"] is not None and sent_of(case, "requests")[0].endswith("-1")
        for _ in range(200):
            if not is_sampled or transaction_of(recorded) is not None:
                break
            time.sleep(0.02)
            recorded["envelopes"] += get(control)["envelopes"]
        return recorded

    def end(self) -> None:
        with self.process:
            assert self.process.stdin
            self.process.stdin.close()


@pytest.fixture(scope="module")
def everything() -> Iterator[dict[SetUp, list[dict[str, Any]]]]:
    """All cases, with one process for each set-up and order."""
    with servers.wsgiref_server(receiver, Lines) as url, ThreadPoolExecutor() as threads:
        services = [Service(url, *set_up) for set_up in SET_UPS]
        try:
            yield dict(zip(SET_UPS, threads.map(Service.run, services), strict=True))
        finally:
            for service in services:
                service.end()


@pytest.fixture(params=SET_UPS, ids=str)
def cases(everything: Any, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    found = everything[request.param]
    assert len(found) == len(FRAMEWORKS) * len(RATES) * 2
    return found


def sent_of(case: dict[str, Any], client: str) -> tuple[str, str]:
    """Returns the two headers that a client sent, each in one line."""
    lines = case["received"][client]
    assert sorted(name.lower() for name, _ in lines) == sorted(NAMES), (client, case["framework"], case["rate"], lines)
    values = {name.lower(): value for name, value in lines}
    return values["sentry-trace"], values["baggage"]


def event_of(case: dict[str, Any]) -> dict[str, Any]:
    """Returns the trace context of the event that was recorded when the clients sent."""
    (event,) = [item for item in case["envelopes"] if item.get("message") == "here"]
    return event["contexts"]["trace"]


def transaction_of(case: dict[str, Any]) -> dict[str, Any] | None:
    found = [item for item in case["envelopes"] if item.get("type") == "transaction"]
    assert len(found) <= 1
    return found[0] if found else None


def is_about(span: dict[str, Any], client: str) -> bool:
    if client == "celery":
        return span["op"] == "queue.submit.celery"
    return span["op"] == "http.client" and span["description"].endswith(f"/{client}")


def test_every_client_writes_one_line_of_each_header(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        for client in CLIENTS:
            trace, baggage = sent_of(case, client)
            trace_id, _, flag = trace.split("-") if trace.count("-") == 2 else (*trace.split("-"), "")
            members = dict(member.split("=") for member in baggage.split(","))
            assert members["sentry-trace_id"] == trace_id == event_of(case)["trace_id"]
            assert not case["incoming"] or trace_id == TRACE
            assert {"1": "true", "0": "false"}.get(flag) in (members.get("sentry-sampled"), None)


def test_ids_and_flag_are_those_of_the_recorded_span(cases: list[dict[str, Any]]) -> None:
    recorded = 0
    for case in cases:
        transaction = transaction_of(case)
        for client in CLIENTS:
            sent, _ = sent_of(case, client)
            if transaction is not None:
                (span,) = [span for span in transaction["spans"] if is_about(span, client)]
                assert sent == f"{span['trace_id']}-{span['span_id']}-1", (client, case["framework"])
                recorded += 1
            elif case["rate"] is not None:
                assert sent.endswith("-0") and sent.startswith(event_of(case)["trace_id"])
            else:
                assert sent.split("-")[:2] == [event_of(case)["trace_id"], event_of(case)["span_id"]]
    assert recorded >= len(CLIENTS) * len(FRAMEWORKS) * 4  # At least three incoming traces and one new one.


def test_integration_without_a_rate_forwards_the_decision(everything: Any) -> None:
    for case in everything[True, True, None]:
        if case["rate"] is None:
            sent, _ = sent_of(case, "requests")
            assert sent.endswith("-1") is case["incoming"] and sent.count("-") == 1 + case["incoming"]


def test_meta_tags_have_the_position_of_the_sdks_event(everything: Any) -> None:
    for case in [case for set_up, cases in everything.items() if set_up[0] for case in cases]:
        found = re.search(r'name="sentry-trace" content="(\w+)-(\w+)', case["meta_tags"])
        assert found and found.groups() == (event_of(case)["trace_id"], event_of(case)["span_id"])
        assert case["meta_tags"].count("<meta") == 2


def test_second_trace_is_logged(everything: Any) -> None:
    for (integration, _, _), cases in everything.items():
        assert [("Integration()" in line) for line in cases[-1]["logged"]] == ([] if integration else [True])


@pytest.fixture(scope="module")
def sentry_node() -> Iterator[http.client.HTTPConnection]:
    """A receiver with the official SDK for Node.js, which responds with the trace that it continues."""
    folder = os.environ.get("NODE_TESTS")
    if folder is None:
        pytest.skip("tools/test.sh python installs @sentry/node and says where")
    with subprocess.Popen(["node", "downstream.mjs"], cwd=folder, stdout=-1, text=True) as process:
        assert process.stdout
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(process.stdout.readline()), timeout=30)) as connection:
            yield connection
        process.terminate()


def test_sentrys_sdk_for_node_continues_every_trace(cases: list[dict[str, Any]], sentry_node: http.client.HTTPConnection) -> None:
    for case in cases:
        for client in CLIENTS:
            trace_id, span_id, *flag = sent_of(case, client)[0].split("-")
            sentry_node.putrequest("GET", "/")
            for name, value in case["received"][client]:
                sentry_node.putheader(name, value)
            sentry_node.endheaders()
            continued = json.loads(sentry_node.getresponse().read())
            assert continued["trace_id"] == trace_id
            assert not flag or continued["sampled"] is (flag == ["1"])
            # A span that is not recorded there does not report its parent.
            assert not continued["sampled"] or continued["parent_span_id"] == span_id
