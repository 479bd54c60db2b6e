"""The ids of the current trace in logs: a ``logging.Filter``, and a processor for structlog."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from ._current import current


def ids() -> dict[str, str]:
    """Returns ``trace_id`` and ``span_id`` of the current trace; empty outside of any."""
    context = current()
    return {} if context is None else {"trace_id": context.trace_id, "span_id": context.span_id}


class Filter(logging.Filter):
    """Adds ``trace_id`` and ``span_id`` to each record, for a format such as ``%(message)s trace_id=%(trace_id)s``.

    Both are ``"-"`` outside of a trace; fields that a record already has are kept. Add it to a handler, so that it sees the
    records of all loggers. A handler in another thread (``QueueListener``) is too late: add it to the ``QueueHandler``.

    >>> import logging, sys, tracehop.logs
    >>> handler = logging.StreamHandler(sys.stdout)
    >>> handler.addFilter(tracehop.logs.Filter())
    >>> handler.setFormatter(logging.Formatter("%(message)s trace_id=%(trace_id)s"))
    >>> logger = logging.getLogger("shop"); logger.addHandler(handler)
    >>> logger.warning("sold out")
    sold out trace_id=-
    """

    def filter(self, record: logging.LogRecord) -> bool:
        fields = vars(record)
        for name, value in ({"trace_id": "-", "span_id": "-"} | ids()).items():
            fields.setdefault(name, value)
        return super().filter(record)


def structlog_processor(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Adds ``trace_id`` and ``span_id`` to an event: ``structlog.configure(processors=[structlog_processor, ...])``."""
    for name, value in ids().items():
        event.setdefault(name, value)
    return event
