"""What ``tracehop explain`` explains: a request, from header lines; :mod:`._curl` and :mod:`._har` read other texts."""

from __future__ import annotations

from typing import NamedTuple

Pairs = list[tuple[str, str]]


class Request(NamedTuple):
    """One request to explain: where it went, and what it carried."""

    url: str | None
    headers: Pairs


class InputError(ValueError):
    """What was given is none of the things that can be explained; the message says which part."""


def of_lines(lines: list[str]) -> Request:
    """``name: value`` lines; a request line before them and blank lines are passed over."""
    headers: Pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name and not name[0].isspace() and " " not in name.strip():
            headers.append((name.strip(), value.strip()))
    if not headers and any(line.strip() for line in lines):
        raise InputError("no header found: give lines of the form 'name: value', a line that starts with curl, or --har FILE")
    return Request(None, headers)
