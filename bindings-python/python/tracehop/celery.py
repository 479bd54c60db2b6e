"""Celery, publisher and worker: ``tracehop.celery.connect(propagator)`` in the module that creates the app.

A published task carries the publisher's trace; the worker runs the task within it. A retry keeps its trace, and a
periodic task, which no request publishes, starts its own. A task that runs eagerly continues as it would from a
broker. ``headers={"sentry-propagate-traces": False}`` keeps a task out of its publisher's trace, as in Sentry's SDK.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import signals  # type: ignore[import-untyped]
from celery.app.task import Context  # type: ignore[import-untyped]

from . import _given
from ._current import current, is_recorded, use
from ._tracehop import HEADER_NAMES, Propagator
from ._writers import others_write

_BLOCK = "_tracehop_block"
_OPT_OUT = "sentry-propagate-traces"


def connect(propagator: Propagator) -> None:
    """Connects to the signals of every Celery app of this process; a later call replaces the propagator."""
    _given.propagator(propagator)

    def begin(task: Any, **_: Any) -> None:
        request = task.request
        if is_recorded():
            return
        headers = dict(request.headers or {})
        if request.is_eager:
            _publish(headers)
        block = use(propagator.continue_trace(headers, transaction=task.name))
        block.__enter__()
        setattr(request, _BLOCK, block)

    signals.before_task_publish.connect(_publish, weak=False, dispatch_uid="tracehop.publish")
    # Celery ignores a second receiver of the same name.
    signals.task_prerun.disconnect(dispatch_uid="tracehop.begin")
    signals.task_prerun.connect(begin, weak=False, dispatch_uid="tracehop.begin")
    signals.task_postrun.connect(_end, weak=False, dispatch_uid="tracehop.end")


def _publish(headers: dict[str, Any], **_: Any) -> None:
    context = None if others_write("celery") else current()
    if context is None or not _hands_on(headers):
        return
    # Readers differ in the headers that they read. Sentry's SDK reads the nested ones; if there are any, a task sees
    # only these, so they get all of the publisher's headers.
    own: dict[str, Any] = {name: value for name, value in headers.items() if name != "headers"}
    nested = headers.get("headers")
    nested = {**(Context(own).headers or {}), **(nested if isinstance(nested, Mapping) else {})}
    lines = context.headers({**own, **nested})
    for place in (headers, nested):
        place.update({name: nested[name] for name in HEADER_NAMES if name in nested})
        place.update(lines)
        for name in [name for name, value in lines.items() if not value]:
            place.pop(name, None)
    headers["headers"] = nested


def _hands_on(headers: Mapping[str, Any]) -> bool:
    """True unless the publisher opted out, in the message's headers or in those that it nests for its workers."""
    nested = headers.get("headers")
    nested = nested if isinstance(nested, Mapping) else {}
    return bool(headers.get(_OPT_OUT, nested.get(_OPT_OUT, True)))


def _end(task: Any, **_: Any) -> None:
    block = vars(task.request).pop(_BLOCK, None)
    if block is not None:
        block.__exit__()
