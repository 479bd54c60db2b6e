"""A HAR file, as the developer tools of browsers save it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ._input import InputError, Request


def of_har(text: str) -> Iterator[Request]:
    """Every request of a HAR file. Raises InputError."""
    try:
        entries: list[Any] = json.loads(text)["log"]["entries"]
        for entry in entries:
            request = entry["request"]
            headers = [(str(header["name"]), str(header["value"])) for header in request["headers"]]
            yield Request(str(request["url"]), headers)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"this is no HAR file: {type(error).__name__} {error}") from None
