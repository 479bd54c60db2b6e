"""Shared by the clients: writes the current trace into a request, and removes it before the same headers are sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._current import current
from ._tracehop import Propagator, strip
from ._writers import others_write

Lines = list[tuple[str, str]]

Written = tuple[dict[str, Lines], dict[str, str]]
"""The changes of tracehop to a request: the earlier lines of each header, as name and value, and the new value of each
changed header; an empty one was removed."""


def plan(
    propagator: Propagator, url: object, headers: Any, *, client: str = "", pairs: str | None = None
) -> Written | None:
    """Returns what the current trace changes in a request, if its URL is a target and no other library writes for the client.

    The headers of a request to another URL are not read. ``pairs`` names the cheapest attribute or method that lists all
    names and values of their class, if it is not ``items``.
    """
    context = None if others_write(client) else current()
    return None if context is None else propagator._changes(context, url, headers, pairs)


def write(headers: Any, written: Written) -> None:
    """Applies the planned changes, in place."""
    before, changes = written
    for name, value in changes.items():
        if name in before:
            remove(headers, before[name])
        if value:
            headers[name] = value


def undo(headers: Any, written: Written) -> None:
    """Restores the caller's headers; a header that was changed since loses only tracehop's members, if any."""
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
    """As :func:`plan`, and applies the changes in place.

    If headers are sent again (a redirect, a retry, one request object under two traces), ``earlier`` is the result of the
    previous call: it is undone first, so only what was written here is ever removed.
    """
    if earlier is not None:
        undo(headers, earlier)
    written = plan(propagator, url, headers, client=client, pairs=pairs)
    if written is not None:
        write(headers, written)
    return written


def named(lines: Lines, name: str) -> Lines:
    """Returns the lines of one header."""
    return [line for line in lines if line[0].lower() == name]


def values(lines: Lines) -> list[str]:
    """Returns the values of the lines."""
    return [value for _, value in lines]


def without_ours(name: str, lines: Lines) -> Lines:
    """Returns the lines of one header without tracehop's members; a header with no other members is the caller's, and stays."""
    text = {name: ",".join(values(lines))}
    left = strip(dict(text))
    return list(left.items()) if left and left != text else lines


def remove(headers: Any, lines: Lines) -> None:
    """Removes the header of these lines, in each of its spellings."""
    for spelling in {spelling for spelling, _ in lines}:
        # In case-insensitive headers the first spelling removes all.
        if spelling in headers:
            del headers[spelling]


def replace(headers: Any, found: Lines, lines: Lines) -> None:
    """Replaces the lines of one header."""
    remove(headers, found)
    add: Callable[[str, str], Any] = getattr(headers, "add", headers.__setitem__)
    for spelling, value in lines:
        add(spelling, value)
