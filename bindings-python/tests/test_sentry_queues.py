"""Queues and clients through which the official SDK sends traces: with the integration the core writes their headers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import celery
import pytest
import sdk_jobs
import servers
from test_beside_sentry import Lines, receiver

import tracehop
import tracehop.celery

HERE = Path(__file__).parent
QUEUES = ["by_rq", "by_huey", "by_dramatiq"]


@pytest.fixture(scope="module")
def told() -> Any:
    """The report of a process that passes a job to each library."""
    with servers.redis_server() as redis_url, servers.wsgiref_server(receiver, Lines) as url:
        return report("sdk_jobs", redis_url, url)


def report(module: str, *arguments: str) -> Any:
    """What a module of this folder prints as JSON in a process of its own, because the SDK patches libraries."""
    program = [sys.executable, "-W", "ignore", "-c", f"import {module}; {module}.main()", *arguments]
    done = subprocess.run(program, cwd=HERE, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def recorded(told: dict[str, Any]) -> set[str]:
    return {span["span_id"] for span in told["spans"]}


@pytest.mark.parametrize("way", QUEUES)
def test_a_queue_carries_the_recorded_span_and_the_members_as_core_writes_them(told: Any, way: str) -> None:
    carried, (ran,) = told[way]["carried"], told[way]["ran"]
    trace_id, span_id, flag = carried["sentry-trace"].split("-")
    assert (trace_id, flag, carried["baggage"]) == (sdk_jobs.TRACE, "1", sdk_jobs.MEMBERS)
    assert span_id in recorded(told[way])
    assert ran.split("-")[0] == sdk_jobs.TRACE and ran.split("-")[1] in recorded(told[way])
    parents = {span["span_id"]: span.get("parent_span_id") for span in told[way]["spans"]}
    assert parents[ran.split("-")[1]] == span_id, "the parent of the job's span is the one that published it"


def test_arq_carries_no_trace_and_its_job_starts_one(told: Any) -> None:
    (ran,) = told["by_arq"]["ran"]
    assert ran.split("-")[0] != sdk_jobs.TRACE and ran.split("-")[1] in recorded(told["by_arq"])


def test_boto3_sends_one_trace_with_the_members_as_core_writes_them(told: Any) -> None:
    lines = told["by_boto3"]["carried"]
    (trace,), (baggage,) = ([value for key, value in lines if key.lower() == name] for name in ("sentry-trace", "baggage"))
    assert baggage == f"tenant=a%2fb;p=1,{sdk_jobs.MEMBERS}"
    assert trace.split("-")[0] == sdk_jobs.TRACE and trace.split("-")[1] in recorded(told["by_boto3"])


def test_every_kind_of_grpc_call_carries_one_trace() -> None:
    """The SDK writes for calls with a single request, tracehop for those with a stream of requests."""
    for told in report("sdk_grpc").values():
        assert len(told["carried"]) == 4
        for kind, lines in told["carried"].items():
            assert [line.split("-")[0] for line in lines] == [told["trace"]], kind


@pytest.fixture(scope="module", params=["integration", "the SDK alone"])
def worker(request: pytest.FixtureRequest) -> Iterator[str]:
    """A Celery worker that runs the official SDK; yields the URL of its broker."""
    with servers.redis_server() as url:
        with subprocess.Popen([sys.executable, "-W", "ignore", "sdk_worker.py", url, request.param], cwd=HERE) as process:
            yield url
            process.terminate()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("protocol", [1, 2])
def test_a_worker_with_sentrys_sdk_continues_what_celery_publishes_under_tracehop(worker: str, protocol: int) -> None:
    propagator = tracehop.Propagator(public_key="key", release="shop@1", traces_sample_rate=1.0)
    tracehop.celery.connect(propagator)
    with celery.Celery("publisher", broker=worker, backend=worker) as app:
        app.conf.task_protocol = protocol
        context = propagator.start_trace()
        with tracehop.use(context):
            sent = app.send_task("told")
        assert sent.get(timeout=30, interval=0.02) == [context.trace_id, context.span_id, True, "shop@1"]
