"""gRPC, all four kinds of call, sync and aio, over a real connection."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import grpc
import grpc.aio
import pytest

import tracehop
import tracehop.grpc

PROPAGATOR = tracehop.Propagator(public_key="key")
URL = "https://api.myapp.com"
KINDS = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]


def told() -> bytes:
    context = tracehop.current()
    return f"{context.trace_id}-{context.parent_span_id}".encode() if context else b"none"


class Sync:
    def unary_unary(self, request: bytes, call: Any) -> bytes:
        return told()

    def unary_stream(self, request: bytes, call: Any) -> Iterator[bytes]:
        yield told()
        yield told()

    def stream_unary(self, requests: Iterator[bytes], call: Any) -> bytes:
        return b"".join([told() for _ in requests][:1])

    def stream_stream(self, requests: Iterator[bytes], call: Any) -> Iterator[bytes]:
        for _ in requests:
            yield told()


class Aio:
    async def unary_unary(self, request: bytes, call: Any) -> bytes:
        await asyncio.sleep(0)
        return told()

    async def unary_stream(self, request: bytes, call: Any) -> AsyncIterator[bytes]:
        yield told()
        await asyncio.sleep(0)
        yield told()

    async def stream_unary(self, requests: AsyncIterator[bytes], call: Any) -> bytes:
        return b"".join([told() async for _ in requests][:1])

    async def stream_stream(self, requests: AsyncIterator[bytes], call: Any) -> None:
        async for _ in requests:
            await call.write(told())


def handlers(service: Any) -> Any:
    made = {kind: getattr(grpc, f"{kind}_rpc_method_handler")(getattr(service, kind)) for kind in KINDS}
    return grpc.method_handlers_generic_handler("shop.Cart", made)


Trace = list[tuple[str, str | bytes]]


def sync_calls(
    propagator: tracehop.Propagator, metadata: Trace, server_propagator: tracehop.Propagator = PROPAGATOR, **options: Any
) -> dict[str, set[str]]:
    """Returns what the server received in each kind of call."""
    interceptors = [tracehop.grpc.ServerInterceptor(server_propagator, **options)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        server = grpc.server(pool, handlers=[handlers(Sync())], interceptors=interceptors)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        plain = grpc.insecure_channel(f"127.0.0.1:{port}")
        with grpc.intercept_channel(plain, tracehop.grpc.ClientInterceptor(propagator, URL)) as channel:
            seen = {}
            for kind in KINDS:
                sent = iter([b"a", b"b"]) if kind.startswith("stream") else b"a"
                answer = getattr(channel, kind)(f"/shop.Cart/{kind}")(sent, metadata=metadata, timeout=20)
                seen[kind] = {part.decode() for part in ([answer] if isinstance(answer, bytes) else answer)}
        server.stop(None).wait()
    return seen


def aio_calls(
    propagator: tracehop.Propagator, metadata: Trace, server_propagator: tracehop.Propagator = PROPAGATOR, **options: Any
) -> dict[str, set[str]]:
    async def call(service: Any) -> dict[str, set[str]]:
        interceptors = [tracehop.grpc.AioServerInterceptor(server_propagator, **options)]
        server = grpc.aio.server(handlers=[handlers(service)], interceptors=interceptors)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        clients = tracehop.grpc.aio_client_interceptors(propagator, URL)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", interceptors=clients) as channel:
            seen = {}
            for kind in KINDS:
                sent = iter([b"a", b"b"]) if kind.startswith("stream") else b"a"
                answer = getattr(channel, kind)(f"/shop.Cart/{kind}")(sent, metadata=metadata, timeout=20)
                parts = [part async for part in answer] if kind.endswith("stream") else [await answer]
                seen[kind] = {part.decode() for part in parts}
        await server.stop(None)
        return seen

    return asyncio.run(call(Aio()))


Calls = Callable[..., dict[str, set[str]]]


@pytest.fixture(params=[sync_calls, aio_calls])
def calls(request: pytest.FixtureRequest) -> Calls:
    made: Calls = request.param
    return made


def test_every_kind_of_call_continues_the_trace(calls: Calls) -> None:
    with tracehop.use(PROPAGATOR.start_trace()) as context:
        assert context
        seen = calls(PROPAGATOR, [("baggage", "tenant=acme")])
        assert tracehop.current() is context
    assert seen == dict.fromkeys(KINDS, {f"{context.trace_id}-{context.span_id}"})


def test_without_a_context_each_call_starts_its_own_trace(calls: Calls) -> None:
    seen = calls(PROPAGATOR, ())
    ids = [one.partition("-") for kind in seen.values() for one in kind]
    assert len({trace_id for trace_id, _, _ in ids}) == 4 and {parent for *_, parent in ids} == {"None"}


def test_a_server_that_is_no_target_gets_nothing(calls: Calls) -> None:
    elsewhere = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin("https://other.test")])
    with tracehop.use(PROPAGATOR.start_trace()) as context:
        assert context
        seen = calls(elsewhere, [("a", "1")])
    assert all(context.trace_id not in one for kind in seen.values() for one in kind)


def test_methods_may_be_excluded_and_callers_distrusted(calls: Calls) -> None:
    by_hand: Trace = [("sentry-trace", b"7" * 32 + b"-" + b"8" * 16)]
    assert calls(PROPAGATOR, by_hand)["unary_unary"] == {"7" * 32 + "-" + "8" * 16}
    seen = calls(PROPAGATOR, by_hand, exclude=["/shop.Cart/unary_unary"], trust=False)
    assert seen.pop("unary_unary") == {"none"}
    assert "7" * 32 not in str(seen)


def test_server_that_records_nothing_forwards_the_position_unchanged(calls: Calls) -> None:
    contexts: list[tracehop.TraceContext] = []
    position = "7" * 32 + "-" + "8" * 16 + "-1"
    calls(PROPAGATOR, [("sentry-trace", position)], records=False, on_context=lambda context, _: contexts.append(context))
    assert [context.sentry_trace for context in contexts] == [position] * len(KINDS)


def test_a_sampler_receives_the_operation_and_the_method(calls: Calls) -> None:
    seen: list[Any] = []
    sampling = tracehop.Propagator(traces_sampler=lambda context: seen.append(context["transaction_context"]) or 1.0)
    calls(PROPAGATOR, (), server_propagator=sampling)
    assert seen == [{"name": f"/shop.Cart/{kind}", "op": "grpc.server"} for kind in KINDS]


def test_metadata_over_the_soft_limit_is_sent_without_tracehops_baggage() -> None:
    """A server refuses calls above its soft limit at random: of many calls none is refused, and the trace continues."""
    findings: list[Any] = []
    propagator = tracehop.Propagator(public_key="key", release="r" * 400, traces_sample_rate=1.0)
    seen: set[str] = set()

    def behavior(request: bytes, call: Any) -> bytes:
        seen.update(name for name, _ in call.invocation_metadata())
        return told()

    handler = grpc.unary_unary_rpc_method_handler(behavior)
    service = grpc.method_handlers_generic_handler("shop.Cart", {"unary_unary": handler})
    interceptor = tracehop.grpc.ClientInterceptor(propagator, URL, findings.append)
    with concurrent.futures.ThreadPoolExecutor(4) as pool, tracehop.use(propagator.start_trace()) as context:
        assert context
        server = grpc.server(pool, handlers=[service], interceptors=[tracehop.grpc.ServerInterceptor(PROPAGATOR)])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{port}"), interceptor) as channel:
            method = channel.unary_unary("/shop.Cart/unary_unary")
            for size in range(6_800, 7_400, 3):
                answer = method(b"", metadata=[("other", "x" * size)], timeout=20)
                assert answer.decode().startswith(context.trace_id)
            assert seen >= {"sentry-trace", "baggage"} and findings
            count, left_out = len(findings), method(b"", metadata=[("other", "x" * 7_420)], timeout=20)
            assert left_out.decode().startswith(context.trace_id) and len(findings) == count + 1
        server.stop(None).wait()
    found = propagator.inject(context, URL, {"baggage": "x=1," * 3_000}).findings
    (expected,) = (finding for finding in found if finding.code == "write_budget_exceeded")
    assert findings[-1][0][:2] == expected[:2]


def test_the_caller_keeps_a_trace_of_its_own() -> None:
    by_hand: Trace = [("sentry-trace", "7" * 32 + "-" + "8" * 16)]
    with tracehop.use(PROPAGATOR.start_trace()):
        assert sync_calls(PROPAGATOR, by_hand)["unary_unary"] == {"7" * 32 + "-" + "8" * 16}


@pytest.mark.parametrize(("url", "error"), [(None, TypeError), ("api.myapp.com:50051", ValueError)])
def test_a_wrong_url_is_refused(url: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="^url must be "):
        tracehop.grpc.ClientInterceptor(tracehop.Propagator(), url)
