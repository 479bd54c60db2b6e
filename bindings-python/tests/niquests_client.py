"""One request by each kind of session of niquests: niquests_client.py TARGET URL. Needs an environment without urllib3."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import niquests

import tracehop
import tracehop.niquests

TARGET, URL = sys.argv[1:]
PROPAGATOR = tracehop.Propagator(trace_propagation_targets=[tracehop.Origin(TARGET)])
HOOKS = tracehop.niquests.hooks(PROPAGATOR)
HEADERS = {"baggage": "tenant=acme"}


def send() -> None:
    with niquests.Session(hooks=HOOKS) as session:
        session.get(URL, headers=HEADERS).raise_for_status()
        request = session.prepare_request(niquests.Request("GET", URL, headers=HEADERS))
        for context in (PROPAGATOR.start_trace(), None):
            with tracehop.use(context):
                session.send(request).raise_for_status()


async def send_async() -> None:
    async with niquests.AsyncSession(hooks=HOOKS) as session:
        (await session.get(URL, headers=HEADERS)).raise_for_status()


def send_at_once() -> None:
    """One session in several threads: the baggage of each request contains the span that sends it."""

    def one(_: int) -> None:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            assert context
            session.get(TARGET, headers={"baggage": f"span={context.span_id}"}).raise_for_status()

    with niquests.Session(hooks=HOOKS) as session, ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(32)))


with tracehop.use(PROPAGATOR.start_trace()) as context:
    assert context
    print(context.sentry_trace)
    send()
    asyncio.run(send_async())
send_at_once()
