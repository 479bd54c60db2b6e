"""A Celery worker that runs the official SDK: ``python sdk_worker.py REDIS_URL [integration]``, until it is terminated."""

from __future__ import annotations

import sys
from typing import Any

import celery
import sentry_sdk
from silent import Silent

import tracehop.sentry

app = celery.Celery("worker", broker=sys.argv[1], backend=sys.argv[1])


@app.task(name="told")
def told() -> Any:
    """Trace, parent and decision of the transaction that the SDK records for this task, and its DSC."""
    transaction = sentry_sdk.get_current_scope().transaction
    assert transaction
    members = transaction.get_baggage().dynamic_sampling_context()
    return [transaction.trace_id, transaction.parent_span_id, transaction.sampled, members.get("release")]


if __name__ == "__main__":
    ours = [tracehop.sentry.Integration()] if "integration" in sys.argv else []
    sentry_sdk.init(dsn="https://public@o1.ingest.sentry.io/42", transport=Silent, traces_sample_rate=0.0, integrations=ours)
    app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"])
