"""What the clients share: the current trace into a request, and out again before the same headers are sent once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ._current import current
from ._tracehop import HEADER_NAMES, Propagator, strip
from ._writers import others_write

Lines = list[tuple[str, str]]


class Written(NamedTuple):
    """The trace headers of a request before and after :func:`carry`; each line as name and value."""

    before: Lines
    after: Lines

    def undo(self, headers: Any) -> None:
        """Gives back the headers of the caller; one that somebody has changed since loses our members alone, if any."""
        now = trace_lines(headers)
        for name in HEADER_NAMES:
            before, after, found = (named(lines, name) for lines in (self.before, self.after, now))
            if before == after or not found:
                continue
            if found == after:
                replace(headers, name, before)
            elif without_ours(name, before) == before:
                replace(headers, name, without_ours(name, found))


def carry(
    propagator: Propagator, url: str, headers: Any, earlier: Written | None = None, *, client: str = ""
) -> Written | None:
    """Adds the current trace to a request, in place, where its URL is a target and nobody else writes for the client.

    Headers that are sent again (a redirect, a retry, one request object under two traces) come with what the
    ``earlier`` call returned: that is taken off first, so nothing but what was written here is ever removed.
    """
    if earlier is not None:
        earlier.undo(headers)
    context = None if others_write(client) else current()
    if context is None:
        return None
    before = trace_lines(headers)
    return Written(before, trace_lines(headers)) if propagator.inject(context, url, headers) else None


def trace_lines(headers: Any) -> Lines:
    """The lines of the headers that tracehop may write, spelt as they are."""
    return [(name, value) for name, value in headers.items() if name.lower() in HEADER_NAMES]


def named(lines: Lines, name: str) -> Lines:
    """The lines of one header."""
    return [line for line in lines if line[0].lower() == name]


def without_ours(name: str, lines: Lines) -> Lines:
    """The lines of one header without our members; one that holds nothing else is somebody's own, and stays."""
    text = {name: ",".join(value for _, value in lines)}
    left = strip(dict(text))
    return list(left.items()) if left and left != text else lines


def replace(headers: Any, name: str, lines: Lines) -> None:
    """Sets the lines of one header."""
    for spelling in {spelling for spelling, _ in named(trace_lines(headers), name)}:
        # A name that matches in any case is gone with its first spelling.
        if spelling in headers:
            del headers[spelling]
    add: Callable[[str, str], Any] = getattr(headers, "add", headers.__setitem__)
    for spelling, value in lines:
        add(spelling, value)
