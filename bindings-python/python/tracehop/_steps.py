"""Bodies and streams that are generated while they are sent: each step runs within a context, and resets it."""

from __future__ import annotations

from ._current import variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
    from typing import TypeVar

    from ._tracehop import TraceContext

    _T = TypeVar("_T")


def steps(parts: Iterable[_T], context: TraceContext | None) -> Iterator[_T]:
    """Yields the same parts; their consumer keeps its own context."""
    inner: TraceContext | None = context
    iterator: Iterator[_T] | None = None
    while True:
        token = variable.set(inner)
        try:
            iterator = iterator or iter(parts)
            part = next(iterator)
        except StopIteration:
            return
        finally:
            # A generator may be within its own block between two steps.
            inner = variable.get()
            variable.reset(token)
        yield part


async def async_steps(parts: AsyncIterable[_T], context: TraceContext | None) -> AsyncIterator[_T]:
    """As :func:`steps`, for async iterables."""
    inner: TraceContext | None = context
    iterator = aiter(parts)
    while True:
        token = variable.set(inner)
        try:
            part = await anext(iterator)
        except StopAsyncIteration:
            return
        finally:
            inner = variable.get()
            variable.reset(token)
        yield part
