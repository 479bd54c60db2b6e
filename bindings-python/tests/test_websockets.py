"""The websockets library, client and server, over a real connection."""

from __future__ import annotations

import asyncio

import websockets

import tracehop
import tracehop.messages

PROPAGATOR = tracehop.Propagator(public_key="key", release="api@1")


async def told(connection: websockets.ServerConnection) -> None:
    assert connection.request
    context = PROPAGATOR.continue_trace(connection.request.headers)
    lines = connection.request.headers.get_all("baggage")
    members = ",".join(context.dynamic_sampling_context)
    await connection.send(f"{context.trace_id} {context.parent_span_id} {members} {len(lines)}")


async def ask(headers: list[tuple[str, str]]) -> str:
    async with websockets.serve(told, "127.0.0.1", 0) as server:
        ((host, port),) = (socket.getsockname() for socket in server.sockets)
        async with websockets.connect(f"ws://{host}:{port}", additional_headers=headers, proxy=None) as client:
            return str(await client.recv())


def test_a_connection_continues_the_trace_though_a_name_is_repeated() -> None:
    with tracehop.use(PROPAGATOR.start_trace()) as context:
        assert context
        headers = [*tracehop.messages.as_pairs([("baggage", "a=1")]), ("Baggage", "b=2")]
        answer = asyncio.run(ask(headers))
    members = ",".join(context.dynamic_sampling_context)
    assert answer == f"{context.trace_id} {context.span_id} {members} 2"
