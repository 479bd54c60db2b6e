"""The current context of a thread or task, in a context variable."""

from __future__ import annotations

from contextvars import ContextVar

from . import _given
from ._tracehop import TraceContext, cache_findings
from ._values import Markup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

_current: ContextVar[TraceContext | None] = ContextVar("tracehop.current", default=None)


def make_current(context: TraceContext) -> None:
    """Makes a context the current one until the variables of this thread or task end."""
    _current.set(context)


def current() -> TraceContext | None:
    """The context of the request or job that is being served here; None outside of any."""
    return _current.get()


class use:  # noqa: N801 - reads as a verb: `with tracehop.use(context):`
    """Makes a context the current one for the length of a ``with`` block; None hides the outer one.

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
        self._tokens.append(_current.set(self._context))
        return self._context

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _current.reset(self._tokens.pop())


def meta_tags(cache_control: str | None = None) -> Markup:
    """The meta tags of the current trace for the head of a page; none outside of a trace.

    Give the page's ``Cache-Control``, where it has one: a page that a shared cache keeps gets no tags, for they would
    put all its visitors into one trace, but a finding in its place.
    """
    context, odd = current(), cache_findings(cache_control or "")
    if context is None:
        return Markup()
    tags = Markup() if odd else context.meta_tags()
    tags.findings = odd
    return tags
