"""Threads that run within the context in which their work was submitted.

What inherits the current context, and what does not:

========================================================  =====================================================
tasks of asyncio, ``asyncio.to_thread``, anyio            inherit it
Starlette's, FastAPI's and Django's threads for sync code inherit it
``loop.run_in_executor``, ``ThreadPoolExecutor``          start without: :class:`ThreadPoolExecutor` of this module
``threading.Thread``, ``threading.Timer``                 start without: ``Thread(target=tracehop.bind(function))``;
                                                          free-threaded Python and 3.14's
                                                          ``thread_inherit_context`` inherit it
greenlets of gevent                                       start without: ``gevent.spawn(tracehop.bind(function))``
processes                                                 ``context.environ()``, or its headers with the work
========================================================  =====================================================
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ._current import bind

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ThreadPoolExecutor(concurrent.futures.ThreadPoolExecutor):
    """An executor whose calls, also those of ``map``, run within the context that is current when they are submitted."""

    def submit(
        self, fn: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs
    ) -> concurrent.futures.Future[_R]:
        return super().submit(bind(fn), *args, **kwargs)
