"""A process that runs the official SDK with the integration, and passes a job to each library through which the SDK sends traces.

``python -c "import sdk_jobs; sdk_jobs.main()" REDIS_URL RECEIVER_URL`` prints, as JSON, what each message carried, the
position in which its job ran, and the spans that the SDK recorded.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import arq
import arq.connections
import arq.worker
import boto3
import botocore.config
import dramatiq
import dramatiq.brokers.redis
import huey
import redis
import rq
import sentry_sdk
from sentry_sdk.integrations.arq import ArqIntegration
from sentry_sdk.integrations.boto3 import Boto3Integration
from sentry_sdk.integrations.dramatiq import DramatiqIntegration
from sentry_sdk.integrations.huey import HueyIntegration
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.integrations.stdlib import StdlibIntegration
from sentry_sdk.transport import Transport

import tracehop
import tracehop.sentry

TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
MEMBERS = f"sentry-a-b=1%2f,sentry-trace_id={TRACE},sentry-public_key=up,sentry-sample_rand=0.125000"
"""As the core forwards it: without the integration the SDK would cut the name and decode the value."""

RAN: list[str] = []
SPANS: list[dict[str, Any]] = []


class Kept(Transport):
    """Stores the spans of all envelopes; sends nothing."""

    def capture_envelope(self, envelope: Any) -> None:
        events = [item.payload.json for item in envelope.items if item.payload.json]
        SPANS.extend(span for event in events for span in (event["contexts"]["trace"], *event.get("spans", ())))


def job() -> None:
    RAN.append(str(tracehop.current().sentry_trace))  # type: ignore[union-attr]


async def arq_job(_: Any) -> None:
    job()


def by_rq(url: str, _: str) -> Any:
    with redis.Redis.from_url(url) as connection:
        queue = rq.Queue("rq", connection=connection)
        sent = queue.enqueue(job)
        rq.SimpleWorker([queue], connection=connection).work(burst=True, logging_level="ERROR")
        return sent.meta["_sentry_trace_headers"]


def by_huey(url: str, _: str) -> Any:
    queue = huey.RedisHuey("huey", url=url)
    queue.task()(job)()
    task = queue.dequeue()
    carried = dict(task.kwargs["sentry_headers"])
    queue.execute(task)
    queue.storage.pool.disconnect()
    return carried


def by_dramatiq(url: str, _: str) -> Any:
    broker = dramatiq.brokers.redis.RedisBroker(url=url)
    dramatiq.set_broker(broker)
    carried: list[Any] = []

    class Told(dramatiq.Middleware):
        def before_process_message(self, broker: Any, message: Any) -> None:
            carried.append(dict(message.options["_sentry_headers"]))

    broker.add_middleware(Told())
    dramatiq.actor(job, broker=broker).send()
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    broker.join("default", timeout=20_000)
    worker.stop()
    broker.close()
    return carried[0]


def by_arq(url: str, _: str) -> Any:
    async def run() -> None:
        pool = await arq.create_pool(arq.connections.RedisSettings.from_dsn(url))
        await pool.enqueue_job("arq_job")
        worker = arq.worker.Worker([arq_job], redis_pool=pool, burst=True, poll_delay=0.01, handle_signals=False)
        await worker.async_run()
        await worker.close()

    asyncio.run(run())
    return {}


def by_boto3(_: str, receiver: str) -> Any:
    settings = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "eu-central-1"}
    client = boto3.client("s3", endpoint_url=receiver, config=settings, **keys)
    client.meta.events.register("before-sign.s3", lambda request, **_: request.headers.add_header("baggage", "tenant=a%2fb;p=1"))
    with client.get_object(Bucket="bucket", Key="key")["Body"] as body:
        return json.loads(body.read())


WAYS = [by_rq, by_huey, by_dramatiq, by_arq, by_boto3]
INTEGRATIONS = [RqIntegration, HueyIntegration, DramatiqIntegration, ArqIntegration, Boto3Integration, StdlibIntegration]


def main() -> None:
    logging.disable(logging.CRITICAL)
    sentry_sdk.init(
        dsn="https://public@o1.ingest.sentry.io/42",
        transport=Kept,
        traces_sample_rate=1.0,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[tracehop.sentry.Integration(), *(integration() for integration in INTEGRATIONS)],
    )
    told = {}
    for way in WAYS:
        incoming = {"sentry-trace": f"{TRACE}-{SPAN}-1", "baggage": f"other=1,{MEMBERS}"}
        with sentry_sdk.isolation_scope(), sentry_sdk.start_transaction(sentry_sdk.continue_trace(incoming, name=way.__name__)):
            carried = way(*sys.argv[1:])
        sentry_sdk.flush()
        told[way.__name__] = {"carried": carried, "ran": RAN.copy(), "spans": SPANS.copy()}
        RAN.clear()
        SPANS.clear()
    print(json.dumps(told))
