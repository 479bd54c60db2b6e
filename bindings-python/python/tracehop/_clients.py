"""What the clients share: the current trace into a request, and out again before the same headers are sent once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._current import current
from ._tracehop import Propagator, strip
from ._writers import others_write

Lines = list[tuple[str, str]]

Written = tuple[dict[str, Lines], dict[str, str]]
"""What tracehop wrote into a request: for each header the lines that were there before, as name and value, and for each
that it changed the new value; an empty one was removed."""


def plan(
    propagator: Propagator, url: object, headers: Any, *, client: str = "", pairs: str | None = None
) -> Written | None:
    """What the current trace changes in a request, if its URL is a target and nobody else writes for the client.

    The headers of a request elsewhere are not read. ``pairs`` names the attribute or method by which their class lists
    all names and values at the least cost, where that is not ``items``.
    """
    context = None if others_write(client) else current()
    return None if context is None else propagator._changes(context, url, headers, pairs)


def write(headers: Any, written: Written) -> None:
    """Makes the planned changes, in place."""
    before, changes = written
    for name, value in changes.items():
        if name in before:
            remove(headers, before[name])
        if value:
            headers[name] = value


def undo(headers: Any, written: Written) -> None:
    """Gives back the headers of the caller; one that somebody has changed since loses our members alone, if any."""
    before, changes = written
    now = list(headers.items())
    for name, value in changes.items():
        own, found = before.get(name, []), named(now, name)
        if not found or values(own) == [value]:
            continue
        if values(found) == [value]:
            replace(headers, found, own)
        elif without_ours(name, own) == own:
            replace(headers, found, without_ours(name, found))


def carry(
    propagator: Propagator,
    url: object,
    headers: Any,
    earlier: Written | None = None,
    *,
    client: str = "",
    pairs: str | None = None,
) -> Written | None:
    """As :func:`plan`, and writes it in place.

    Headers that are sent again (a redirect, a retry, one request object under two traces) come with what the
    ``earlier`` call returned: that is taken off first, so nothing but what was written here is ever removed.
    """
    if earlier is not None:
        undo(headers, earlier)
    written = plan(propagator, url, headers, client=client, pairs=pairs)
    if written is not None:
        write(headers, written)
    return written


def named(lines: Lines, name: str) -> Lines:
    """The lines of one header."""
    return [line for line in lines if line[0].lower() == name]


def values(lines: Lines) -> list[str]:
    """What the lines say."""
    return [value for _, value in lines]


def without_ours(name: str, lines: Lines) -> Lines:
    """The lines of one header without our members; one that holds nothing else is somebody's own, and stays."""
    text = {name: ",".join(values(lines))}
    left = strip(dict(text))
    return list(left.items()) if left and left != text else lines


def remove(headers: Any, lines: Lines) -> None:
    """Removes the header of these lines, in each of its spellings."""
    for spelling in {spelling for spelling, _ in lines}:
        # A name that matches in any case is gone with its first spelling.
        if spelling in headers:
            del headers[spelling]


def replace(headers: Any, found: Lines, lines: Lines) -> None:
    """Sets the lines of one header in place of those that are found there."""
    remove(headers, found)
    add: Callable[[str, str], Any] = getattr(headers, "add", headers.__setitem__)
    for spelling, value in lines:
        add(spelling, value)
