"""Where ``tracehop explain`` finds headers: arguments, text, a curl line, a HAR file."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

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


def of_curl(line: str) -> Request:
    """A command line as a browser's developer tools copy it."""
    try:
        words = shlex.split(line.replace("\\\n", " "))
    except ValueError as error:
        raise InputError(f"the curl line cannot be read: {error}") from None
    url: str | None = None
    lines: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word in ("-H", "--header"):
            lines.append(next(rest, ""))
        elif word.startswith("-H") and len(word) > 2:
            lines.append(word[2:])
        elif word.startswith("--header="):
            lines.append(word.removeprefix("--header="))
        elif word == "--url":
            url = next(rest, None)
        elif "://" in word:
            url = word
    return Request(url, of_lines(lines).headers if lines else [])


def of_text(text: str) -> Request:
    """What comes by standard input: a curl line, or header lines."""
    return of_curl(text) if text.lstrip().startswith("curl ") else of_lines(text.splitlines())


def of_har(text: str) -> Iterator[Request]:
    """Every request of a HAR file."""
    try:
        entries: list[Any] = json.loads(text)["log"]["entries"]
        for entry in entries:
            request = entry["request"]
            headers = [(str(header["name"]), str(header["value"])) for header in request["headers"]]
            yield Request(str(request["url"]), headers)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"this is no HAR file: {type(error).__name__} {error}") from None
