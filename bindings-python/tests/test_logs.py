"""The ids of the trace in logs, and threads that run within it."""

from __future__ import annotations

import io
import json
import logging
import logging.handlers
import queue

import pytest
import structlog

import tracehop
import tracehop.logs
import tracehop.threads

CONTEXT = tracehop.Propagator().start_trace()


def test_a_filter_gives_records_of_every_logger_the_ids() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(tracehop.logs.Filter())
    handler.setFormatter(logging.Formatter("%(message)s %(trace_id)s %(span_id)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        logging.getLogger("shop.cart").warning("outside")
        with tracehop.use(CONTEXT):
            logging.getLogger("shop.cart").warning("inside")
            logging.getLogger("shop.cart").warning("own", extra={"trace_id": "mine"})
    finally:
        root.removeHandler(handler)
    assert stream.getvalue().splitlines() == [
        "outside - -",
        f"inside {CONTEXT.trace_id} {CONTEXT.span_id}",
        f"own mine {CONTEXT.span_id}",
    ]


def test_a_queue_handler_notes_the_ids_before_the_record_leaves_its_thread() -> None:
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(records)
    handler.addFilter(tracehop.logs.Filter())
    with tracehop.use(CONTEXT):
        handler.handle(logging.makeLogRecord({"msg": "sold"}))
    assert vars(records.get())["trace_id"] == CONTEXT.trace_id


def test_a_processor_of_structlog_adds_the_ids_within_a_trace_alone() -> None:
    stream = io.StringIO()
    processors = [tracehop.logs.structlog_processor, structlog.processors.JSONRenderer()]
    logger = structlog.wrap_logger(structlog.PrintLogger(stream), processors=processors)
    logger.info("outside")
    with tracehop.use(CONTEXT):
        logger.info("inside", span_id="mine")
    outside, inside = map(json.loads, stream.getvalue().splitlines())
    assert outside == {"event": "outside"}
    assert inside == {"event": "inside", "trace_id": CONTEXT.trace_id, "span_id": "mine"}


def test_an_executor_runs_what_it_is_given_within_the_context_of_its_submitter() -> None:
    with tracehop.threads.ThreadPoolExecutor(1) as pool:
        with tracehop.use(CONTEXT):
            one, many = pool.submit(tracehop.current), pool.map(lambda _: tracehop.current(), range(3))
        assert one.result() is CONTEXT and list(many) == [CONTEXT] * 3
        assert pool.submit(tracehop.current).result() is None
        with pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 1, 0).result()
