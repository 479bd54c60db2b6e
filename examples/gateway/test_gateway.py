"""The gateway in front of the chain, driven by curl; the result is read from the services' own spans."""

import json
import subprocess
import time

import httpx
import pytest
import tracehop
from edge import shop

TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
INCOMING = {"sentry-trace": f"{TRACE}-{SPAN}-1"}
OURS = f"sentry-trace_id={TRACE},sentry-sample_rand=0.25,sentry-sample_rate=1"
FOREIGN = "tenant=acme;tier=gold,x=%C3%A9"
STRANGER, OFFICE = "127.0.0.1", "127.0.0.2"
ARRIVAL_SECONDS = 15


@pytest.fixture(scope="module")
def running():
    with shop() as both:
        yield both


def curl(url, headers=(), caller=STRANGER, *options):
    """Status, headers and body of the response."""
    given = [option for name, value in dict(headers).items() for option in ("-H", f"{name}: {value}")]
    command = ["curl", "-sS", "--noproxy", "*", "--interface", caller, "-D", "-", *options, *given, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    head, _, body = said.partition("\n\n" if "\r\n" not in said else "\r\n\r\n")
    status, *lines = head.splitlines()
    return int(status.split()[1]), httpx.Headers([line.split(": ", 1) for line in lines]), body


def order(edge, headers, caller=STRANGER):
    """Orders tea through the gateway; returns the trace id in the API's response."""
    status, _, body = curl(f"{edge.origin}/orders", {"content-type": "application/json", **headers}, caller, "-d", '{"tea": "assam"}')
    assert status == 200, body
    return json.loads(body)["trace_id"]


def spans(chain, trace_id, count):
    """The spans of a trace, after this many were received."""
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while time.monotonic() < deadline:
        found = [span for span in httpx.get(f"{chain.page}/collector/spans.json").json() if span["trace_id"] == trace_id]
        if len(found) >= count:
            return {(span["service"], span["kind"]): span for span in found}
        time.sleep(0.05)
    raise AssertionError(f"{len(found)} spans of {trace_id} arrived, not {count}: {found}")


def test_a_request_without_a_trace_gets_one_that_goes_all_the_way(running):
    chain, edge = running
    trace_id = order(edge, {})
    logged, found = edge.last_line(), spans(chain, trace_id, 3)
    server, client, stock = (found[key] for key in (("orders", "server"), ("orders", "client"), ("stock", "server")))
    assert logged == {"trace": trace_id, "span": server["parent_span_id"], "link": "-", "outcome": "written"}
    assert [client["parent_span_id"], stock["parent_span_id"]] == [server["span_id"], client["span_id"]]
    assert stock["sampled"] and stock["dynamic_sampling_context"]["release"] == "gateway@1.0"


def test_a_trusted_callers_position_is_passed_on_unchanged(running):
    chain, edge = running
    assert order(edge, {**INCOMING, "baggage": OURS}, OFFICE) == TRACE
    logged, server = edge.last_line(), spans(chain, TRACE, 3)[("orders", "server")]
    assert (logged["trace"], logged["link"]) == (TRACE, "-")
    assert server["parent_span_id"] == logged["span"] == SPAN
    assert server["headers_in"] == {**INCOMING, "baggage": OURS}


def test_an_untrusted_callers_trace_is_replaced_and_its_ids_kept_as_a_link(running):
    chain, edge = running
    trace_id = order(edge, {**INCOMING, "baggage": OURS, "traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "a=b"})
    logged, server = edge.last_line(), spans(chain, trace_id, 3)[("orders", "server")]
    assert trace_id == logged["trace"] != TRACE
    assert logged["link"] == f"{TRACE}-{SPAN}-1"
    assert TRACE not in json.dumps(server)
    assert server["headers_in"].keys() == {"sentry-trace", "baggage"}


@pytest.mark.parametrize("caller", [STRANGER, OFFICE])
def test_foreign_baggage_goes_on_byte_for_byte(running, caller):
    chain, edge = running
    trace_id = order(edge, {**INCOMING, "baggage": f"{FOREIGN},{OURS}"}, caller)
    baggage = spans(chain, trace_id, 3)[("orders", "server")]["headers_in"]["baggage"]
    assert baggage.startswith(f"{FOREIGN},sentry-trace_id={trace_id}")
    assert baggage.count("sentry-trace_id") == 1


@pytest.mark.parametrize("caller", [STRANGER, OFFICE])
def test_an_upstream_that_is_no_target_gets_no_trace(running, caller):
    _, edge = running
    _, _, body = curl(f"{edge.origin}/hello", {**INCOMING, "baggage": OURS, "traceparent": f"00-{TRACE}-{SPAN}-01"}, caller)
    assert (json.loads(body), edge.last_line()["outcome"]) == ({"headers": []}, "not_a_target")
    _, _, body = curl(f"{edge.origin}/hello", {**INCOMING, "baggage": f"{OURS},{FOREIGN}"}, caller)
    assert json.loads(body) == {"headers": ["baggage"]}


def test_a_page_is_handed_the_trace_of_the_edge(running):
    _, edge = running
    status, _, body = curl(f"{edge.origin}/", INCOMING)
    logged = edge.last_line()
    propagator = tracehop.Propagator()
    assert (status, propagator.continue_html(body).trace_id) == (200, logged["trace"])


def test_a_preflight_is_answered_with_the_right_names(running):
    chain, edge = running
    asked = {"origin": chain.page, "access-control-request-method": "POST", "access-control-request-headers": "baggage, sentry-trace"}
    status, answer, _ = curl(f"{edge.origin}/orders", asked, STRANGER, "-X", "OPTIONS")
    assert (status, answer["access-control-allow-origin"], answer["vary"]) == (204, chain.page, "Origin")
    assert answer["access-control-allow-headers"] == "content-type, sentry-trace, baggage"
    assert tracehop.Propagator().missing_cors_headers(dict(answer)) == []


def test_a_preflight_of_another_page_allows_nothing(running):
    _, edge = running
    asked = {"origin": "https://evil.test", "access-control-request-method": "POST"}
    status, answer, _ = curl(f"{edge.origin}/orders", asked, STRANGER, "-X", "OPTIONS")
    assert status == 204
    assert [name for name in answer if name.startswith("access-control")] == []


@pytest.mark.parametrize("value", ["", "no-trace", f"{TRACE.upper()}-{SPAN}-1", "\u00e9\u00e8", "x" * 4000])
def test_odd_headers_disturb_nobody(running, value):
    _, edge = running
    trace_id = order(edge, {"sentry-trace": value, "baggage": value}, OFFICE)
    assert trace_id == edge.last_line()["trace"] != TRACE
