"""Celery carries the current trace both ways: ``tracehop.celery.connect(propagator)`` where the app is made.

What publishes a task hands its trace on; the worker runs the task within it. A retry stays in its trace, and a
periodic task, which nobody's request publishes, starts its own.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any

from celery import signals  # type: ignore[import-untyped]

from . import _given
from ._current import current, use
from ._tracehop import Propagator

_BLOCK = "_tracehop_block"


def connect(propagator: Propagator) -> None:
    """Connects to the signals of every Celery app of this process."""
    _given.propagator(propagator)

    def begin(task: Any, **_: Any) -> None:
        request = task.request
        context = current() if request.is_eager else None
        if context is None:
            context = propagator.continue_trace(request.headers or {}, transaction=task.name)
        block = use(context)
        block.__enter__()
        setattr(request, _BLOCK, block)

    signals.before_task_publish.connect(_publish, weak=False, dispatch_uid="tracehop.publish")
    signals.task_prerun.connect(begin, weak=False, dispatch_uid="tracehop.begin")
    signals.task_postrun.connect(_end, weak=False, dispatch_uid="tracehop.end")


def _publish(headers: dict[str, Any], **_: Any) -> None:
    context = current()
    if context is None:
        return
    for name, value in context.headers(headers).items():
        headers[name] = value
        if not value:
            del headers[name]


def _end(task: Any, **_: Any) -> None:
    block = vars(task.request).pop(_BLOCK, None)
    if block is not None:
        block.__exit__(None, None, None)
