"""With OpenTelemetry: the entry point, and the real SDK at both ends."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import servers
from opentelemetry import baggage, context, propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import tracehop
import tracehop.aiohttp
import tracehop.httpx
import tracehop.requests
import tracehop.urllib3
from tracehop.opentelemetry import TracehopPropagator

TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
OURS = tracehop.Propagator(public_key="key", release="otel@1")
PROPAGATOR = TracehopPropagator(OURS)
TRACER = TracerProvider().get_tracer("test")


Hop = Callable[[dict[str, str]], tuple[trace.SpanContext, dict[str, str]]]


def sent() -> tuple[trace.SpanContext, dict[str, str]]:
    """Returns the headers that a child of the current span sends."""
    outgoing: dict[str, str] = {}
    with TRACER.start_as_current_span("client") as span:
        PROPAGATOR.inject(outgoing)
        return span.get_span_context(), outgoing


def attached(incoming: dict[str, str]) -> tuple[trace.SpanContext, dict[str, str]]:
    """As instrumentations of servers do: the extracted context is attached."""
    token = context.attach(PROPAGATOR.extract(incoming))
    try:
        with TRACER.start_as_current_span("server"):
            return sent()
    finally:
        context.detach(token)


def given(incoming: dict[str, str]) -> tuple[trace.SpanContext, dict[str, str]]:
    """As in OpenTelemetry's manual: the extracted context is passed to the first span only."""
    with TRACER.start_as_current_span("server", context=PROPAGATOR.extract(incoming)):
        return sent()


@pytest.fixture(params=[attached, given])
def hop(request: pytest.FixtureRequest) -> Hop:
    """One service: extract, OpenTelemetry's spans, inject."""
    return request.param


@pytest.mark.parametrize("flag", ["-1", ""])
def test_span_continues_the_trace_and_forwards_it(hop: Hop, flag: str) -> None:
    incoming = {"sentry-trace": f"{TRACE}-{SPAN}{flag}", "baggage": f"sentry-trace_id={TRACE},sentry-sample_rand=0.5,x=1"}
    span, outgoing = hop(incoming)
    assert (f"{span.trace_id:032x}", span.trace_flags.sampled) == (TRACE, True)
    assert outgoing == {
        "sentry-trace": f"{TRACE}-{span.span_id:016x}-1",
        "baggage": f"sentry-trace_id={TRACE},sentry-sample_rand=0.5",
    }


def test_a_trace_that_was_decided_against_is_not_recorded(hop: Hop) -> None:
    span, outgoing = hop({"sentry-trace": f"{TRACE}-{SPAN}-0"})
    assert not span.trace_flags.sampled
    assert outgoing["sentry-trace"] == f"{TRACE}-{span.span_id:016x}-0"


def test_no_sampling_context_is_invented_for_a_trace_that_has_none(hop: Hop) -> None:
    _, outgoing = hop({"sentry-trace": f"{TRACE}-{SPAN}-1"})
    assert "baggage" not in outgoing


def test_a_trace_that_starts_in_opentelemetry_gets_a_sampling_context(hop: Hop) -> None:
    span, outgoing = hop({})
    read = OURS.continue_trace(outgoing)
    assert (read.trace_id, read.parent_span_id) == (f"{span.trace_id:032x}", f"{span.span_id:016x}")
    assert read.dynamic_sampling_context["release"] == "otel@1"
    with trace.use_span(trace.NonRecordingSpan(span)):
        again: dict[str, str] = {}
        PROPAGATOR.inject(again)
    assert again == outgoing, "a trace has one DSC, however often it is sent"


def test_trace_state_of_another_propagator_stays_and_none_is_added() -> None:
    both = CompositePropagator([TraceContextTextMapPropagator(), PROPAGATOR])
    incoming = {"traceparent": f"00-{TRACE}-{SPAN}-01", "sentry-trace": f"{TRACE}-{SPAN}-1"}
    for tracestate in ({"tracestate": "vendor=1"}, {}):
        outgoing: dict[str, str] = {}
        with TRACER.start_as_current_span("server", context=both.extract(incoming | tracestate)):
            both.inject(outgoing)
        assert {name: value for name, value in outgoing.items() if name == "tracestate"} == tracestate


def test_a_sampler_with_a_trace_state_of_its_own_loses_nothing() -> None:
    class Own(sampling.Sampler):
        def should_sample(self, *arguments: Any, **options: Any) -> sampling.SamplingResult:
            return sampling.SamplingResult(sampling.Decision.RECORD_AND_SAMPLE, trace_state=trace.TraceState([("own", "1")]))

        def get_description(self) -> str:
            return "own"

    outgoing: dict[str, str] = {}
    token = context.attach(PROPAGATOR.extract({"sentry-trace": f"{TRACE}-{SPAN}-1", "baggage": "sentry-release=up"}))
    with TracerProvider(sampler=Own()).get_tracer("own").start_as_current_span("server"):
        PROPAGATOR.inject(outgoing)
    context.detach(token)
    assert "sentry-release=up" in outgoing["baggage"]


@pytest.mark.parametrize("order", [1, -1])
def test_third_party_baggage_of_another_propagator_stays_in_either_order(order: int) -> None:
    both = CompositePropagator([W3CBaggagePropagator(), PROPAGATOR][::order])
    outgoing: dict[str, str] = {}
    with TRACER.start_as_current_span("work", context=baggage.set_baggage("tenant", "acme")):
        both.inject(outgoing, context=baggage.set_baggage("tenant", "acme", context.get_current()))
    assert outgoing["baggage"].startswith("tenant=acme,sentry-trace_id=")
    assert outgoing["baggage"].count("sentry-trace_id=") == 1


@pytest.mark.parametrize("order", [1, -1])
def test_received_members_are_sent_once_in_either_order(order: int) -> None:
    both = CompositePropagator([W3CBaggagePropagator(), PROPAGATOR][::order])
    incoming = {"sentry-trace": f"{TRACE}-{SPAN}-1", "baggage": "tenant=acme,sentry-release=up"}
    outgoing: dict[str, str] = {}
    token = context.attach(both.extract(incoming))
    with TRACER.start_as_current_span("server"):
        both.inject(outgoing)
    context.detach(token)
    members = outgoing["baggage"].split(",")
    assert members[0] == "tenant=acme" and members.count("sentry-release=up") == 1


@pytest.fixture
def configured() -> Iterator[None]:
    """tracehop's propagator as that of the process."""
    before = propagate.get_global_textmap()
    propagate.set_global_textmap(CompositePropagator([PROPAGATOR, W3CBaggagePropagator()]))
    yield
    propagate.set_global_textmap(before)


@pytest.mark.usefixtures("configured")
def test_the_current_context_is_the_current_span() -> None:
    assert tracehop.current() is None
    with TRACER.start_as_current_span("server", context=PROPAGATOR.extract({"sentry-trace": f"{TRACE}-{SPAN}-0"})):
        with TRACER.start_as_current_span("view") as span:
            current = tracehop.current()
            assert current and current.trace_id == TRACE and int(current.span_id, 16) == span.get_span_context().span_id
            assert current.sampled is False
            assert f"{TRACE}-{current.span_id}-0" in tracehop.meta_tags()
            with tracehop.use(OURS.start_trace()):
                assert str(tracehop.current()) == str(current)
    assert tracehop.current() is None


def test_current_context_without_tracehops_propagator_is_not_opentelemetrys() -> None:
    with TRACER.start_as_current_span("server"):
        assert tracehop.current() is None


def got(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Responds with the trace of a request."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ.get("HTTP_SENTRY_TRACE", "").encode()]


def by_requests(url: str) -> str:
    with tracehop.requests.trace(requests.Session(), OURS) as session:
        return session.get(url).text


def by_urllib3(url: str) -> str:
    with tracehop.urllib3.PoolManager(OURS) as pool:
        return pool.request("GET", url).data.decode()


def by_httpx(url: str) -> str:
    with httpx.Client(transport=tracehop.httpx.Transport(OURS)) as client:
        return client.get(url).text


def by_aiohttp(url: str) -> str:
    async def send() -> str:
        async with aiohttp.ClientSession(middlewares=[tracehop.aiohttp.middleware(OURS)]) as session:
            return await (await session.get(url)).text()

    return asyncio.run(send())


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("own_context", [True, False])
@pytest.mark.parametrize(
    ("client", "instrumentor"),
    [
        (by_requests, RequestsInstrumentor),
        (by_requests, URLLib3Instrumentor),
        (by_urllib3, URLLib3Instrumentor),
        (by_httpx, HTTPXClientInstrumentor),
        (by_aiohttp, AioHttpClientInstrumentor),
    ],
)
def test_a_client_that_opentelemetry_writes_for_carries_the_span_that_it_records(
    client: Callable[[str], str], instrumentor: Any, own_context: bool
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor().instrument(tracer_provider=provider)
    try:
        with servers.wsgiref_server(got) as url, provider.get_tracer("test").start_as_current_span("view"):
            with tracehop.use(OURS.start_trace()) if own_context else contextlib.nullcontext():
                sent = client(url)
    finally:
        instrumentor().uninstrument()
    span = exporter.get_finished_spans()[0].get_span_context()
    assert sent == f"{span.trace_id:032x}-{span.span_id:016x}-1"


@pytest.mark.parametrize("value", ["", "-", "0" * 32, "x" * 300, TRACE])
def test_headers_of_any_content_give_a_context(value: str) -> None:
    extracted = PROPAGATOR.extract({"sentry-trace": value, "baggage": value})
    assert not trace.get_current_span(extracted).get_span_context().is_valid
    PROPAGATOR.inject({}, context=extracted)


def test_the_entry_point_is_found_by_its_name() -> None:
    program = (
        "from opentelemetry import propagate; from opentelemetry.sdk.trace import TracerProvider; carrier = {}\n"
        "with TracerProvider().get_tracer('x').start_as_current_span('y'): propagate.inject(carrier)\n"
        "print(sorted(carrier), 'sentry-release=api%401' in carrier['baggage'])"
    )
    environ = {"OTEL_PROPAGATORS": "tracecontext,tracehop", "SENTRY_RELEASE": "api@1\n", "SENTRY_TRACES_SAMPLE_RATE": "0.5"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=True)
    assert done.stdout.strip() == "['baggage', 'sentry-trace', 'traceparent'] True"
    assert propagate.get_global_textmap()
