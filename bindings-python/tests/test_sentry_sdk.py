"""The official SDK before and after tracehop: both agree on trace, parent, decision and DSC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from silent import Silent

import tracehop

pytestmark = pytest.mark.filterwarnings("ignore")
DSN = "https://public@o7.ingest.sentry.io/42"


@pytest.fixture(params=[1.0, 0.0, None], ids=["sampled", "not sampled", "undecided"])
def rate(request: pytest.FixtureRequest) -> Iterator[float | None]:
    options = {"release": "up@1 (x)", "environment": "prod,test", "traces_sample_rate": request.param}
    # Its default integrations would patch the frameworks of all other tests.
    alone = {"default_integrations": False, "auto_enabling_integrations": False}
    sentry_sdk.init(dsn=DSN, transport=Silent, **alone, **options)
    yield request.param
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


def from_sdk(name: str) -> tuple[dict[str, str], str, str]:
    """Returns the headers that the SDK sends, and their ids."""
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope():
        with sentry_sdk.start_transaction(name=name) as transaction:
            headers = {"sentry-trace": sentry_sdk.get_traceparent(), "baggage": sentry_sdk.get_baggage()}
            # Without performance the ids are those of the SDK's propagation context, not of the transaction.
            scope = sentry_sdk.get_current_scope().get_active_propagation_context()
            meant = scope if sentry_sdk.get_client().options["traces_sample_rate"] is None else transaction
            return headers, meant.trace_id, meant.span_id


def test_headers_of_the_sdk_are_read_with_their_meaning(rate: float | None) -> None:
    headers, trace_id, span_id = from_sdk("GET /users/{id}")
    context = tracehop.Propagator(dsn=DSN, strict_trace_continuation=True).continue_trace(headers)
    sampled = None if rate is None else bool(rate)
    assert context.trace_id == trace_id
    assert (context.sampled, context.parent_sampled) == (sampled, sampled)
    assert context.parent_span_id == span_id
    read = context.dynamic_sampling_context
    expected = {"trace_id": trace_id, "public_key": "public", "release": "up@1 (x)", "environment": "prod,test", "org_id": "7"}
    assert expected.items() <= read.items()
    # Without performance the SDK sends no random number, so one is drawn.
    assert [finding.code for finding in context.findings] == ([] if "sample_rand" in headers["baggage"] else ["sample_rand_filled"])


def test_headers_of_tracehop_are_read_by_the_sdk_with_their_meaning(rate: float | None) -> None:
    ours = tracehop.Propagator(dsn=DSN, release="mid@2 (y)", environment="a,b", traces_sample_rate=rate)
    context = ours.start_trace("GET /é")
    check_in_sdk(context, context.headers())


def test_a_trace_goes_from_the_sdk_through_tracehop_to_the_sdk(rate: float | None) -> None:
    headers, trace_id, _ = from_sdk("first")
    context = tracehop.Propagator(dsn=DSN).continue_trace(headers).child()
    assert context.trace_id == trace_id
    check_in_sdk(context, context.headers({"baggage": "tenant=acme"}))


def check_in_sdk(context: tracehop.TraceContext, headers: dict[str, str]) -> None:
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope():
        transaction = sentry_sdk.continue_trace(headers, op="test", name="down")
        with sentry_sdk.start_transaction(transaction):
            assert (transaction.trace_id, transaction.parent_span_id) == (context.trace_id, context.span_id)
            assert transaction.parent_sampled == context.sampled
            if context.sampled is not None:
                assert transaction.sampled == context.sampled
            onward = tracehop.Baggage.parse(sentry_sdk.get_baggage() or "").sentry
    onward = {name: onward.get(name) for name in context.dynamic_sampling_context}
    assert onward == {**context.dynamic_sampling_context, **overruled(onward)}


def overruled(onward: dict[str, str | None]) -> dict[str, str | None]:
    """A downstream SDK writes its own rate if that decided (D3 allows tracehop the same)."""
    return {"sample_rate": onward["sample_rate"]} if "sample_rate" in onward else {}
