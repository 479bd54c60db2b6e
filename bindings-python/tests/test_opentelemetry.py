"""Beside OpenTelemetry: the entry point, and the real SDK at both ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import baggage, context, propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import tracehop
from tracehop.opentelemetry import TracehopPropagator

TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
OURS = tracehop.Propagator(public_key="key", release="otel@1")
PROPAGATOR = TracehopPropagator(OURS)
TRACER = TracerProvider().get_tracer("test")


Hop = Callable[[dict[str, str]], tuple[trace.SpanContext, dict[str, str]]]


def sent() -> tuple[trace.SpanContext, dict[str, str]]:
    """What a span beneath the current one sends."""
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
    """As OpenTelemetry's manual has it: the extracted context is given to the first span alone."""
    with TRACER.start_as_current_span("server", context=PROPAGATOR.extract(incoming)):
        return sent()


@pytest.fixture(params=[attached, given])
def hop(request: pytest.FixtureRequest) -> Hop:
    """One service: extract, spans of OpenTelemetry's, inject."""
    return request.param


@pytest.mark.parametrize("flag", ["-1", ""])
def test_a_span_continues_the_trace_and_hands_it_on(hop: Hop, flag: str) -> None:
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
    assert again == outgoing, "one trace has one sampling context, however often it is sent"


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


def test_foreign_baggage_of_another_propagator_stays() -> None:
    both = CompositePropagator([W3CBaggagePropagator(), PROPAGATOR])
    outgoing: dict[str, str] = {}
    with TRACER.start_as_current_span("work", context=baggage.set_baggage("tenant", "acme")):
        both.inject(outgoing, context=baggage.set_baggage("tenant", "acme", context.get_current()))
    assert outgoing["baggage"].startswith("tenant=acme,sentry-trace_id=")


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
    environ = {"OTEL_PROPAGATORS": "tracecontext,tracehop", "SENTRY_RELEASE": "api@1"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=True)
    assert done.stdout.strip() == "['baggage', 'sentry-trace', 'traceparent'] True"
    assert propagate.get_global_textmap()
