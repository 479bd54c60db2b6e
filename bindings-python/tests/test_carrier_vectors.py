"""The carrier vectors: which entries of each kind of carrier are headers (rules K1, K2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from notation import carriers

from tracehop import Propagator



class Items(Mapping[str, Any]):
    """A mapping that is not a dict."""

    def __init__(self, entries: list[tuple[str, Any]]) -> None:
        self.entries = dict(entries)

    def __getitem__(self, name: str) -> Any:
        return self.entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


class Multi:
    """An object with ``items()`` that is not a mapping: a name may be repeated."""

    def __init__(self, entries: list[tuple[str, Any]]) -> None:
        self.entries = entries

    def items(self) -> list[tuple[str, Any]]:
        return self.entries


KINDS = {"map": dict, "pairs": list, "items": Items, "multi": Multi, "none": lambda entries: None}


@pytest.mark.parametrize("vector", carriers(), ids=lambda vector: vector["name"])
@pytest.mark.parametrize("encode", [str, str.encode], ids=["str", "bytes"])
def test_carrier_vector(vector: dict[str, Any], encode: Any) -> None:
    given, expect = vector["given"], vector["expect"]
    value = lambda value: [encode(line) for line in value] if isinstance(value, list) else encode(value)  # noqa: E731
    carrier = KINDS[given["kind"]]([(name, value(lines)) for name, lines in given["entries"]])
    context = Propagator().continue_trace(carrier)
    assert (context.trace_id if context.parent_span_id else None) == expect["trace_id"]
    if "members" in expect:
        members = context.dynamic_sampling_context
        assert [[name, members.get(name)] for name, _ in expect["members"]] == expect["members"]
