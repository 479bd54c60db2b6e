"""A process with the official SDK and its integration for gRPC: prints what each kind of call carries, as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import sentry_sdk
from sentry_sdk.integrations.grpc import GRPCIntegration
from silent import Silent

import tracehop
import tracehop.grpc
import tracehop.sentry

KINDS = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]
PROPAGATOR = tracehop.Propagator(public_key="key")
CARRIED: dict[str, Any] = {}


class Server(grpc.GenericRpcHandler):
    """Notes the metadata of each call."""

    def service(self, details: Any) -> Any:
        kind = details.method.rpartition("/")[2]
        CARRIED[kind] = [value for name, value in details.invocation_metadata if name == "sentry-trace"]
        answer = self.stream if kind.endswith("stream") else self.unary
        return getattr(grpc, f"{kind}_rpc_method_handler")(answer)

    def unary(self, request: Any, call: Any) -> bytes:
        return b""

    def stream(self, request: Any, call: Any) -> Iterator[bytes]:
        yield b""


def sent(kind: str) -> Any:
    return iter([b"a"]) if kind.startswith("stream") else b"a"


def call(address: str) -> None:
    interceptor = tracehop.grpc.ClientInterceptor(PROPAGATOR, "https://api.myapp.com")
    with grpc.intercept_channel(grpc.insecure_channel(address), interceptor) as channel:
        for kind in KINDS:
            answer = getattr(channel, kind)(f"/shop/{kind}")(sent(kind))
            assert b"".join(answer) == b""


async def call_aio(address: str) -> None:
    interceptors = tracehop.grpc.aio_client_interceptors(PROPAGATOR, "https://api.myapp.com")
    async with grpc.aio.insecure_channel(address, interceptors=interceptors) as channel:
        for kind in KINDS:
            answer = getattr(channel, kind)(f"/shop/{kind}")(sent(kind))
            parts = [part async for part in answer] if kind.endswith("stream") else [await answer]
            assert b"".join(parts) == b""


def main() -> None:
    integrations = [tracehop.sentry.Integration(), GRPCIntegration()]
    sentry_sdk.init(transport=Silent, traces_sample_rate=1.0, default_integrations=False, integrations=integrations)
    report = {}
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool, handlers=[Server()])
        address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        for name, act in {"sync": call, "aio": lambda address: asyncio.run(call_aio(address))}.items():
            with sentry_sdk.start_transaction(name=name) as transaction:
                act(address)
            report[name] = {"trace": transaction.trace_id, "carried": CARRIED.copy()}
            CARRIED.clear()
        server.stop(None).wait()
    print(json.dumps(report))
