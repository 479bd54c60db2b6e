"""The notation of bytes, headers, options and numbers in the conformance vectors; see core/vectors/README.md."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tracehop

FOLDER = Path(__file__).parents[2] / "core" / "vectors"
RECORD_KEYS = {"name", "rules", "given", "expect", "note", "skip"}


class Unknown(Exception):
    """A verb, file or key that this runner does not know: the test fails instead of skipping it."""


def carriers() -> list[dict[str, Any]]:
    """Returns every carrier vector."""
    vectors: list[dict[str, Any]] = json.loads((FOLDER.parents[1] / "host" / "vectors" / "carriers.json").read_bytes())["vectors"]
    return vectors


def records() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Returns file, verb and record of every vector."""
    for path in sorted(FOLDER.glob("*.json")):
        if path.name != "unreachable.json":
            document = json.loads(path.read_bytes())
            only(document, "verb", "about", "vectors")
            yield from ((path.stem, document["verb"], record) for record in document["vectors"])


def only(found: dict[str, Any], *known: str) -> None:
    unknown = set(found) - set(known)
    if unknown:
        raise Unknown(f"{sorted(unknown)}: known are {sorted(known)}")


def bytes_of(notation: Any) -> bytes:
    match notation:
        case str():
            return notation.encode()
        case {"hex": digits}:
            return bytes.fromhex(digits)
        case {"repeat": piece, "times": times}:
            return bytes_of(piece) * int(times)
        case {"concat": pieces}:
            return b"".join(map(bytes_of, pieces))
    raise Unknown(f"no notation of bytes: {notation!r}")


def plain(notation: Any) -> Any:
    """Returns data with every notation of bytes replaced by text."""
    match notation:
        case {"hex": _} | {"repeat": _} | {"concat": _}:
            return bytes_of(notation).decode(errors="surrogateescape")
        case dict():
            return {key: plain(value) for key, value in notation.items()}
        case list():
            return [plain(value) for value in notation]
    return notation


def value_of(notation: Any) -> Any:
    """A header value: bytes, or something else that is neither text nor bytes."""
    return notation["other"] if isinstance(notation, dict) and "other" in notation else bytes_of(notation)


def pairs_of(notation: list[list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value_of(value)) for name, value in notation]


def number_of(notation: Any) -> Any:
    return float(notation["double"]) if isinstance(notation, dict) else notation


class Sampler:
    """A sampler that records its arguments."""

    def __init__(self, notation: dict[str, Any]) -> None:
        only(notation, "returns", "fails")
        self.notation = notation
        self.saw: Any = None

    def __call__(self, context: Any) -> Any:
        self.saw = context
        if self.notation.get("fails"):
            raise RuntimeError("the sampler fails")
        return number_of(self.notation["returns"])


def target_of(notation: Any) -> Any:
    match notation:
        case str():
            return notation
        case {"origin": origin}:
            only(notation, "origin")
            return tracehop.Origin(origin)
        case {"function": answer}:
            only(notation, "function")
            return function_of(answer)
        case {"regex": pattern}:
            only(notation, "regex", "flags", "dialect", "bytes")
            if notation.get("dialect") == "ecmascript":
                return tracehop.EcmaRegExp(pattern, notation.get("flags", ""))
            flags = re.RegexFlag(0)
            for flag in notation.get("flags", ""):
                flags |= re.RegexFlag[flag.upper()]
            return compiled(pattern.encode() if notation.get("bytes") else pattern, flags)
    raise Unknown(f"no notation of a target: {notation!r}")


def compiled(pattern: str | bytes, flags: re.RegexFlag) -> Any:
    with warnings.catch_warnings():
        # Python warns that it may read some sets differently in future; these records fix today's meaning.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return re.compile(pattern, flags)
        except re.error as error:
            pytest.skip(f"this Python refuses the pattern itself: {error}")


def function_of(answer: bool | str) -> Callable[[str], bool]:
    def target(url: str) -> bool:
        assert isinstance(url, str)
        if answer == "fails":
            raise RuntimeError("the target fails")
        return bool(answer)

    return target


OPTIONS = (
    "dsn",
    "public_key",
    "org_id",
    "release",
    "environment",
    "traces_sample_rate",
    "traces_sampler",
    "trace_propagation_targets",
    "strict_trace_continuation",
    "propagate_traceparent",
    "max_baggage_bytes",
)


def options_of(notation: dict[str, Any]) -> dict[str, Any]:
    only(notation, *OPTIONS)
    options = {name: plain(value) for name, value in notation.items()}
    if "traces_sample_rate" in options:
        options["traces_sample_rate"] = number_of(options["traces_sample_rate"])
    if "traces_sampler" in options:
        options["traces_sampler"] = Sampler(options["traces_sampler"])
    if "trace_propagation_targets" in options:
        options["trace_propagation_targets"] = [target_of(target) for target in options["trace_propagation_targets"]]
    return options
