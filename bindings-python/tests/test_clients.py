"""The clients send the current trace to targets, and remove it from a redirect to another host."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from clients import CLIENTS, by_httpx, by_requests
from hosts import Ours, ours  # noqa: F401 - a fixture

import tracehop
import tracehop._clients
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.urllib
import tracehop.urllib3

Send = Callable[..., None]


@pytest.fixture(params=CLIENTS)
def send(request: pytest.FixtureRequest, ours: Ours) -> Send:
    def sent(url: str, method: str = "GET", **headers: str) -> None:
        with tracehop.use(ours.context):
            request.param(ours.propagator, method, url, {name.replace("_", "-"): value for name, value in headers.items()})

    return sent


def test_target_gets_the_trace_and_keeps_third_party_baggage(ours: Ours, send: Send) -> None:
    send(f"{ours.target}/", baggage="tenant=acme")
    assert ours.at_target.seen == [
        {"sentry-trace": ours.context.sentry_trace, "baggage": f"tenant=acme,{ours.context.baggage}"}
    ]


def test_another_host_gets_nothing(ours: Ours, send: Send) -> None:
    send(f"{ours.stranger}/", baggage="tenant=acme")
    assert ours.at_stranger.seen == [{"baggage": "tenant=acme"}]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_to_another_host_loses_the_trace_but_not_third_party_baggage(ours: Ours, send: Send, method: str) -> None:
    send(f"{ours.target}/to?{ours.stranger}/", method, baggage="tenant=acme")
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace
    assert ours.at_stranger.seen == [{"baggage": "tenant=acme"}]


def test_a_redirect_to_a_target_gains_the_trace(ours: Ours, send: Send) -> None:
    send(f"{ours.stranger}/to?{ours.target}/")
    assert ours.at_stranger.seen == [{}]
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace


def test_redirect_to_another_host_and_back_restores_the_trace(ours: Ours, send: Send) -> None:
    send(f"{ours.target}/to?{ours.stranger}/to?{ours.target}/")
    assert [seen.get("sentry-trace") for seen in ours.at_target.seen] == [ours.context.sentry_trace] * 2
    assert ours.at_stranger.seen == [{}]


def test_what_the_caller_set_by_hand_stays(ours: Ours, send: Send) -> None:
    by_hand = "7" * 32 + "-" + "8" * 16
    send(f"{ours.target}/to?{ours.stranger}/", sentry_trace=by_hand)
    assert ours.at_target.seen == ours.at_stranger.seen == [{"sentry-trace": by_hand}]


BY_OTHERS = {
    "traceparent": "00-" + "7" * 32 + "-" + "8" * 16 + "-01",
    "tracestate": "other=1",
    "baggage": "sentry-release=theirs,tenant=acme",
}


def test_what_another_tracer_set_survives_a_redirect_to_another_host(ours: Ours, send: Send) -> None:
    ours.propagator = tracehop.Propagator(
        trace_propagation_targets=[tracehop.Origin(ours.target)], propagate_traceparent=True
    )
    ours.context = ours.propagator.start_trace()
    send(f"{ours.target}/to?{ours.stranger}/", **BY_OTHERS)
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace
    assert ours.at_target.seen[0]["traceparent"] == BY_OTHERS["traceparent"]
    assert ours.at_stranger.seen == [BY_OTHERS]


def test_our_traceparent_does_not_reach_another_host(ours: Ours, send: Send) -> None:
    ours.propagator = tracehop.Propagator(
        trace_propagation_targets=[tracehop.Origin(ours.target)], propagate_traceparent=True
    )
    ours.context = ours.propagator.start_trace()
    send(f"{ours.target}/to?{ours.stranger}/")
    assert ours.at_target.seen[0]["traceparent"] == ours.context.traceparent
    assert ours.at_stranger.seen == [{}]


def test_signed_headers_are_not_touched(ours: Ours, send: Send) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=baggage;host, Signature=c"
    send(f"{ours.target}/", baggage="tenant=acme", authorization=signature)
    assert ours.at_target.seen[0]["baggage"] == "tenant=acme"
    send(f"{ours.target}/?X-Amz-SignedHeaders=host%3Bsentry-trace")
    assert "sentry-trace" not in ours.at_target.seen[1]


def test_without_a_current_context_nothing_is_added(ours: Ours) -> None:
    by_requests(ours.propagator, "GET", f"{ours.target}/", {})
    by_httpx(ours.propagator, "GET", f"{ours.target}/", {})
    assert ours.at_target.seen == [{}, {}]


def test_header_changed_since_loses_only_tracehops_members(ours: Ours) -> None:
    headers = {"Baggage": "tenant=acme"}
    with tracehop.use(ours.context):
        written = tracehop._clients.carry(ours.propagator, ours.target, headers)
    assert written
    headers["baggage"] += ",late=1"
    headers["sentry-trace"] = "7" * 32 + "-" + "8" * 16
    tracehop._clients.undo(headers, written)
    assert headers == {"baggage": "tenant=acme,late=1", "sentry-trace": "7" * 32 + "-" + "8" * 16}


class Unread(dict[str, str]):
    """Headers that fail the test if they are read."""

    def items(self) -> Any:
        raise AssertionError


def test_the_headers_of_a_request_that_is_no_target_are_not_read(ours: Ours) -> None:
    headers = Unread()
    with tracehop.use(ours.context):
        assert tracehop._clients.carry(ours.propagator, ours.stranger, headers) is None
        assert ours.propagator.inject(ours.context, ours.stranger, headers).reason == "not_a_target"
        with pytest.raises(AssertionError):
            tracehop._clients.carry(ours.propagator, ours.target, headers)


def test_headers_in_another_spelling_are_replaced_and_restored(ours: Ours) -> None:
    class Listed(dict[str, str]):
        """Headers with a list of their pairs."""

        @property
        def pairs(self) -> list[tuple[bytes, bytes]]:
            return [(name.lower().encode(), value.encode("latin-1")) for name, value in self.items()]

    given = {"Baggage": "tenant=acm\u00e9", "Accept": "*/*"}
    for headers in (dict(given), Listed(given)):
        with tracehop.use(ours.context):
            written = tracehop._clients.carry(ours.propagator, ours.target, headers, pairs="pairs")
        assert written
        assert headers == {
            "Accept": "*/*",
            "sentry-trace": ours.context.sentry_trace,
            "baggage": f"tenant=acm\u00e9,{ours.context.baggage}",
        }
        tracehop._clients.undo(headers, written)
        assert headers == given


def test_client_without_a_propagator_raises() -> None:
    for make in (
        tracehop.httpx.hooks,
        tracehop.httpx.async_hooks,
        tracehop.httpx.Transport,
        tracehop.httpx.AsyncTransport,
        tracehop.requests.Adapter,
        tracehop.urllib3.PoolManager,
        tracehop.urllib.Handler,
        tracehop.aiohttp.middleware,
    ):
        with pytest.raises(TypeError, match="propagator must be a Propagator, not dict"):
            make(json.loads("{}"))
