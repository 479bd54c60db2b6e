"""The current context of a thread or task, in a context variable."""

from __future__ import annotations

from contextvars import ContextVar, Token

from . import _given
from ._tracehop import TraceContext, cache_findings
from ._values import Markup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Any, ParamSpec, TypeVar

    _P = ParamSpec("_P")
    _R = TypeVar("_R")


class Recorder:
    """A library that records the spans of this process: Sentry's SDK, OpenTelemetry.

    ``position`` is its position in a request or job that it records; ``idle`` is its position outside of all.
    """

    __slots__ = ("idle", "is_active", "position")

    def __init__(
        self,
        is_active: Callable[[], bool],
        position: Callable[[], TraceContext | None],
        idle: Callable[[], TraceContext | None] = lambda: None,
    ) -> None:
        self.is_active: Callable[[], bool] = is_active
        self.position: Callable[[], TraceContext | None] = position
        self.idle: Callable[[], TraceContext | None] = idle


RECORDERS: list[Recorder] = []
"""Called in order: a recorded position takes precedence over a block of :class:`use`, because it is what is sent."""

# Middlewares set and reset it directly, without a block.
variable: ContextVar[TraceContext | None] = ContextVar("tracehop.current", default=None)


def current() -> TraceContext | None:
    """Returns the context of the current request or job; None outside of any.

    With Sentry's SDK (:mod:`tracehop.sentry`) or OpenTelemetry (:mod:`tracehop.opentelemetry`) it is the position
    of the request or job that these record, also within a block of :class:`use`.
    """
    if not RECORDERS:
        return variable.get()
    return _first(recorder.position for recorder in RECORDERS) or variable.get() or _first(recorder.idle for recorder in RECORDERS)


def _first(positions: Iterable[Callable[[], TraceContext | None]]) -> TraceContext | None:
    return next((context for position in positions if (context := position()) is not None), None)


def is_recorded() -> bool:
    """True if an SDK records the spans here, so that tracehop's middlewares and jobs start no context."""
    return any(recorder.is_active() for recorder in RECORDERS)


def leave_elsewhere(token: Token[TraceContext | None], context: TraceContext | None) -> None:
    """Ends in this thread or task a block that began in another one."""
    if variable.get() is context:
        outer = token.old_value
        variable.set(None if outer is Token.MISSING else outer)


class use:  # noqa: N801 - reads as a verb: `with tracehop.use(context):`
    """Makes a context the current one within a ``with`` block; None hides the outer one.

    ``async with`` works too, and so does the decorator ``@tracehop.use(context)`` on a function or a coroutine function.
    Many tasks and threads may enter one object at the same time; leaving a block never raises.

    >>> import tracehop
    >>> context = tracehop.Propagator().start_trace()
    >>> with tracehop.use(context):
    ...     tracehop.current() is context
    True
    >>> tracehop.current() is None
    True
    """

    __slots__ = ("_context", "_tokens")

    def __init__(self, context: TraceContext | None) -> None:
        self._context: TraceContext | None = _given.context(context)
        self._tokens: list[Token[TraceContext | None]] = []

    def __repr__(self) -> str:
        return f"use({self._context!r})"

    def __enter__(self) -> TraceContext | None:
        self._tokens.append(variable.set(self._context))
        return self._context

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        for token in self._tokens[::-1]:
            try:
                variable.reset(token)
            except ValueError:  # Entered by another task or thread.
                continue
            self._tokens.remove(token)
            return
        if self._tokens:
            leave_elsewhere(self._tokens.pop(), self._context)

    async def __aenter__(self) -> TraceContext | None:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        import functools
        import inspect

        context = self._context
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError("a generator runs after its call: write `with tracehop.use(context):` within it")
        if inspect.iscoroutinefunction(function):
            coroutine_function: Any = function

            @functools.wraps(function)
            async def run(*arguments: _P.args, **options: _P.kwargs) -> Any:
                with use(context):
                    return await coroutine_function(*arguments, **options)

            asynchronous: Any = run
            return asynchronous  # type: ignore[no-any-return]

        @functools.wraps(function)
        def call(*arguments: _P.args, **options: _P.kwargs) -> _R:
            with use(context):
                return function(*arguments, **options)

        return call


def bind(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Returns a function that runs within the context that is current now, in whatever thread or task it is called.

    New threads and the threads of an executor start without a context; only tasks of asyncio inherit one.

    >>> import threading, tracehop
    >>> seen = []
    >>> with tracehop.use(tracehop.Propagator().start_trace()) as context:
    ...     thread = threading.Thread(target=tracehop.bind(lambda: seen.append(tracehop.current())))
    >>> thread.start(); thread.join()
    >>> seen == [context]
    True
    """
    return use(current())(function)


def meta_tags(cache_control: str | None = None) -> Markup:
    """Returns the meta tags of the current trace for the head of a page; none outside of a trace.

    Pass the page's ``Cache-Control``, if it has one: for a page that a shared cache may store the result is a finding
    without tags, because with tags all visitors would share one trace.
    """
    context, odd = current(), cache_findings(cache_control or "")
    if context is None:
        return Markup()
    tags = Markup() if odd else context.meta_tags()
    tags.findings = odd
    return tags
