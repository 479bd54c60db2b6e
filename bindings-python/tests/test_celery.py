"""Celery, publisher and worker, with a real worker."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import celery
import celery.beat
import pytest

import tracehop
import tracehop.celery

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from celery.contrib.testing.worker import start_worker

PROPAGATOR = tracehop.Propagator(public_key="key")
app = celery.Celery("tasks", broker="memory://", backend="cache+memory://")
app.conf.broker_transport_options = {"polling_interval": 0.01}
tracehop.celery.connect(PROPAGATOR)
tracehop.celery.connect(PROPAGATOR)  # A second call adds no second context.
OPT_OUT = {"sentry-propagate-traces": False}


def ids() -> tuple[str, str | None]:
    context = tracehop.current()
    assert context
    return context.trace_id, context.parent_span_id


@app.task
def told() -> Any:
    return ids()


@app.task
def outer() -> Any:
    return [ids(), told.delay().id]


@app.task(bind=True, max_retries=2)
def failing(self: Any, seen: list[Any]) -> Any:
    seen = [*seen, ids()]
    if self.request.retries < 2:
        raise self.retry(args=[seen], countdown=0)
    return seen


@pytest.fixture(scope="module")
def worker() -> Iterator[None]:
    level = logging.root.level  # The worker sets its own level.
    with start_worker(app, perform_ping_check=False, pool="solo"):
        yield
    logging.root.setLevel(level)


def result(of: Any) -> Any:
    return of.get(timeout=20, interval=0.01)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("worker")
class TestWithAWorker:
    def test_a_task_continues_the_trace_that_published_it(self) -> None:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            assert result(told.delay()) == [context.trace_id, context.span_id]
            assert result(told.apply_async(headers={"mine": "1"})) == [context.trace_id, context.span_id]

    def test_task_that_publishes_forwards_the_trace(self) -> None:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            (trace_id, parent), inner = result(outer.delay())
        assert (trace_id, parent) == (context.trace_id, context.span_id)
        trace_id, parent = result(app.AsyncResult(inner))
        assert trace_id == context.trace_id and parent not in (None, context.span_id)

    def test_retries_keep_the_trace(self) -> None:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            seen = result(failing.delay([]))
        assert [tuple(ids) for ids in seen] == [(context.trace_id, context.span_id)] * 3

    def test_task_published_outside_of_a_context_starts_its_own_trace(self) -> None:
        one, two = result(told.delay()), result(told.delay())
        assert one[0] != two[0] and one[1] is two[1] is None

    def test_periodic_task_starts_a_trace_each_time_and_retries_keep_it(self) -> None:
        app.conf.beat_schedule = {"often": {"task": failing.name, "schedule": 0.05, "args": ([],)}}
        beat = celery.beat.Scheduler(app=app)
        (often,) = beat.schedule.values()
        runs = [result(beat.apply_async(often, advance=False)) for _ in range(2)]
        seen = [[trace_id for trace_id, _ in run] for run in runs]
        assert [len(set(trace_ids)) for trace_ids in seen] == [1, 1] and len(seen[0]) == 3
        assert seen[0][0] != seen[1][0]
        assert runs[0][0][1] is None and runs[0][1][1] is not None

    def test_a_publisher_opts_out_as_in_sentrys_sdk(self) -> None:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            trace_id, parent = result(told.apply_async(headers=OPT_OUT))
            assert trace_id != context.trace_id and parent is None
            assert result(told.apply_async(headers={"headers": OPT_OUT}))[0] != context.trace_id
            opted_in = dict.fromkeys(OPT_OUT, True)
            assert result(told.apply_async(headers=opted_in)) == [context.trace_id, context.span_id]

    def test_headers_of_any_content_reach_no_task_as_an_error(self) -> None:
        for value in ("", "-", "7" * 40, 5, None):
            assert result(told.apply_async(headers={"sentry-trace": value}))[1] is None


def test_a_later_call_of_connect_replaces_the_propagator() -> None:
    try:
        tracehop.celery.connect(tracehop.Propagator(org_id=1, strict_trace_continuation=True))
        assert told.apply(headers={"sentry-trace": "7" * 32 + "-" + "8" * 16}).get()[1] is None
    finally:
        tracehop.celery.connect(PROPAGATOR)
    assert told.apply(headers={"sentry-trace": "7" * 32 + "-" + "8" * 16}).get() == ("7" * 32, "8" * 16)


def test_an_eager_task_continues_as_from_a_broker() -> None:
    with tracehop.use(PROPAGATOR.start_trace()) as context:
        assert told.apply().get() == (context.trace_id, context.span_id)
        assert told.apply(headers={"mine": "1"}).get() == (context.trace_id, context.span_id)
        assert tracehop.current() is context
        by_hand = {"sentry-trace": "7" * 32 + "-" + "8" * 16}
        assert told.apply(headers=by_hand).get() == ("7" * 32, "8" * 16)
        assert told.apply(headers=OPT_OUT).get()[0] != context.trace_id
    assert told.apply().get()[0] != context.trace_id
    assert tracehop.current() is None


def test_eager_mode_forwards_the_trace_and_keeps_it_in_retries() -> None:
    app.conf.task_always_eager = True
    try:
        with tracehop.use(PROPAGATOR.start_trace()) as context:
            seen = failing.delay([]).get()
            ids, _ = outer.delay().get()
    finally:
        app.conf.task_always_eager = False
    assert {trace_id for trace_id, _ in seen} == {context.trace_id} and len(seen) == 3
    assert ids == (context.trace_id, context.span_id)
